import pytest
import torch
from mmaction.models import I3DHead, TSNHead
from mmaction.registry import MODELS
from mmengine.runner.checkpoint import load_state_dict

from projects_move.models import FrameMasks
from tests.golden import assert_close
from tests.tiny import Tiny2D, Tiny3D, gradient_norms, sample, view_masks

C, S = 6, 5
PSA = dict(
    type='PSANeck',
    in_channels=C,
    num_heads=2,
    head_channels=3,
    dropout_ratio=0.)
VLAD = dict(type='NetVLADNeck', in_channels=C, num_clusters=3, out_channels=4)
BOTH = dict(type='ParallelNeck', necks=dict(attention=PSA, vlad=VLAD))
WIDTH = dict(PSANeck=C, NetVLADNeck=4, ParallelNeck=C + 4)


def head(kind, width):
    if kind in ('TSNHead', 'I3DHead'):
        return dict(
            type=kind,
            num_classes=S,
            in_channels=width,
            dropout_ratio=0.,
            average_clips='score')
    return dict(
        type=kind,
        num_classes=S,
        in_channels=width,
        hidden_channels=8,
        dropout_ratio=0.)


def build(backbone=None, neck=BOTH, kind='LongTailHead', **kwargs):
    torch.manual_seed(0)
    backbone = backbone or dict(type='IdentityBackbone')
    width = C if neck is None else WIDTH[neck['type']]
    model = MODELS.build(
        dict(
            type='MOVERecognizer',
            backbone=backbone,
            neck=neck,
            cls_head=head(kind, width),
            data_preprocessor=dict(type='FeatureDataPreprocessor'),
            **kwargs))
    if kind == 'MOVEHead':
        model.cls_head.set_class_counts(torch.tensor([9, 40, 3, 17, 3]))
    return model


def samples(num_views=2, num_frames=7, batch=4):
    return [
        sample(
            label,
            frame_mask=view_masks(num_views, num_frames, label),
            query_mask=view_masks(num_views, num_frames, label + 10),
            key_mask=view_masks(1, num_frames, label + 20))
        for label in range(batch)
    ]


INPUTS = dict(
    features=lambda: (None, torch.randn(4, 7, C)),
    frames=lambda: (dict(type=Tiny2D, channels=C), torch.randn(4, 7, 3, 9, 8)),
    tuple_of_maps=lambda:
    (dict(type=Tiny2D, channels=C, as_tuple=True), torch.randn(4, 7, 3, 9, 8)),
    clips=lambda:
    (dict(type=Tiny3D, channels=C), torch.randn(4, 7, 3, 2, 5, 4)),
    pathways=lambda:
    (dict(type=Tiny3D, channels=C, pathways=2), torch.randn(4, 7, 3, 2, 5, 4)))


@pytest.mark.parametrize('kind',
                         ['LongTailHead', 'MOVEHead', 'TSNHead', 'I3DHead'])
@pytest.mark.parametrize('inputs', INPUTS)
def test_trains_and_predicts(inputs, kind):
    backbone, x = INPUTS[inputs]()
    neck = dict(
        BOTH, necks=dict(attention=PSA, vlad=dict(VLAD, detach_frames=False)))
    model = build(backbone, neck, kind)
    loss = model.loss(x, samples())['loss_cls']
    loss.backward()
    for name, norm in gradient_norms(model).items():
        assert norm is not None and norm < float('inf'), name
    grads = gradient_norms(model.backbone)
    assert all(norm > 0 for name, norm in grads.items()
               if 'conv' in name and 'weight' in name)
    assert bool(grads) == (backbone is not None)
    model.eval()
    out = model.predict(x, [sample(1) for _ in x])
    assert all(one.pred_score.shape[-1] == S for one in out)


@pytest.mark.parametrize('inputs',
                         ['frames', 'tuple_of_maps', 'clips', 'pathways'])
def test_frames_are_pooled_maps_one_by_one(inputs):
    backbone, x = INPUTS[inputs]()
    model = build(backbone).eval()
    frames = model.extract_frames(x)
    for b in range(4):
        for t in (0, 3, 6):
            maps = model.backbone(x[b, t][None])
            maps = maps if isinstance(maps, tuple) else (maps, )
            pooled = [each[0].flatten(1).mean(1) for each in maps]
            assert_close(frames[b, t], torch.cat(pooled), 1e-5)


def test_views_reach_the_head():
    model, x, data_samples = build(), torch.randn(4, 7, C), samples(3)
    z, kwargs = model.extract_feat(x, data_samples=data_samples)
    assert z.shape == (4, 3, C + 4) and kwargs == {}
    masks = FrameMasks(*(torch.stack([one.get(key) for one in data_samples])
                         for key in ('frame_mask', 'query_mask', 'key_mask')))
    assert_close(z[..., :C], model.neck.necks['attention'](x, masks), 1e-6)
    assert model.extract_feat(x)[0].shape == (4, 1, C + 4)


def test_stages():
    model, x = build().eval(), torch.randn(4, 7, C)
    assert torch.equal(model.extract_feat(x, stage='backbone')[0], x)
    z, _ = model.extract_feat(x, stage='neck')
    logits, _ = model.extract_feat(x, stage='head')
    assert torch.equal(model.cls_head(z), logits)
    assert torch.equal(model(x), logits) and logits.shape == (4, S)
    assert torch.equal(model(x, stage='backbone'), x)


def test_prediction_ignores_masks_in_the_samples():
    model, x = build().eval(), torch.randn(4, 7, C)
    masked = model.predict(x, samples())
    plain = model.predict(x, [sample(1) for _ in x])
    for a, b in zip(masked, plain):
        assert torch.equal(a.pred_score, b.pred_score)


@pytest.mark.parametrize('kind', [TSNHead, I3DHead])
@pytest.mark.parametrize('neck', [BOTH, None], ids=['neck', 'frames'])
def test_stock_heads_average_the_views(kind, neck):
    model = build(neck=neck, kind=kind.__name__).eval()
    x, data_samples = torch.randn(4, 7, C), samples(3)
    z, kwargs = model.extract_feat(x, data_samples=data_samples)
    views = x
    if neck is not None:
        model.cls_head.accepts_views = True
        views, _ = model.extract_feat(x, data_samples=data_samples)
        del model.cls_head.accepts_views
    fc = model.cls_head.fc_cls
    expected = views.mean(1) @ fc.weight.T + fc.bias
    assert_close(model.cls_head(z, **kwargs), expected, 1e-5)
    labels = torch.tensor([one.gt_label.item() for one in data_samples])
    loss = model.loss(x, data_samples)['loss_cls']
    assert_close(loss, torch.nn.functional.cross_entropy(expected, labels),
                 1e-5)


def test_without_neck_every_frame_is_classified():
    model, x = build(neck=None).eval(), torch.randn(4, 7, C)
    expected = sum(model.cls_head(x[:, t]) for t in range(7)) / 7
    assert_close(model(x), expected, 1e-5)


@pytest.mark.parametrize(
    'neck', [PSA, VLAD, BOTH, None], ids=['psa', 'vlad', 'both', 'none'])
@pytest.mark.parametrize('formulation', ['official', 'paper'])
def test_padded_batch_equals_single_videos(neck, formulation):
    if neck is not None:
        neck = dict(neck, formulation=formulation)
    model = build(neck=neck).eval()
    videos = [torch.randn(n, C) for n in (7, 2, 5, 1)]
    data = model.data_preprocessor(dict(inputs=videos))
    together = model.predict(
        data['inputs'], [sample(1) for _ in videos], valid=data['valid'])
    for video, one in zip(videos, together):
        alone = model.predict(video[None], [sample(1)])[0]
        assert_close(one.pred_score, alone.pred_score, 1e-5)


def test_padded_training_batch_equals_single_videos():
    model = build(neck=dict(PSA, formulation='paper'))
    videos = [torch.randn(n, C) for n in (7, 2, 5)]
    data_samples = [
        sample(i, frame_mask=view_masks(2, len(video), i))
        for i, video in enumerate(videos)
    ]
    data = model.data_preprocessor(
        dict(inputs=videos, data_samples=data_samples), training=True)
    together = model.loss(**data)['loss_cls']
    alone = [
        model.loss(video[None], [one])['loss_cls']
        for video, one in zip(videos, data_samples)
    ]
    assert_close(together, sum(alone) / 3, 1e-5)


def test_train_step_of_short_videos():
    model = build(kind='MOVEHead')
    videos = [torch.randn(n, C).half() for n in (7, 2, 5, 1)]
    data_samples = [
        sample([i, 4], S, frame_mask=view_masks(2, len(video), i))
        for i, video in enumerate(videos)
    ]
    data = model.data_preprocessor(
        dict(inputs=videos, data_samples=data_samples), training=True)
    loss = model(**data, mode='loss')['loss_cls']
    loss.backward()
    assert loss.isfinite()
    for name, norm in gradient_norms(model.cls_head).items():
        assert 0 < norm < float('inf'), name


def test_stock_head_refuses_padding():
    model = build(neck=None, kind='TSNHead')
    with pytest.raises(ValueError, match='TSNHead would average the padding'):
        model.extract_feat(
            torch.randn(2, 4, C), valid=torch.ones(2, 4, dtype=torch.bool))


def test_unfrozen_backbone_learns():
    backbone, x = INPUTS['frames']()
    model = build(backbone, neck=PSA)
    mean = model.backbone.norm.running_mean.clone()
    model.loss(x, samples())['loss_cls'].backward()
    assert model.backbone.conv.weight.grad.abs().sum() > 0
    assert not torch.equal(model.backbone.norm.running_mean, mean)


@pytest.mark.parametrize('place', ['both', 'head', 'empty'])
def test_checkpoint_of_version_0_1(place):
    """It held the class counts in the head, and mostly also on top."""
    model, counts = build(kind='MOVEHead'), torch.tensor([9, 40, 3, 17, 3])
    state = dict(model.state_dict(), **{'cls_head.class_counts': counts})
    if place == 'both':
        state['class_counts'] = counts
    elif place == 'head':
        del state['class_counts']
    load_state_dict(model, state, strict=True)
    assert torch.equal(model.class_counts, counts)


def test_error_texts():
    with pytest.raises(ValueError, match=r'\(B, T, 3, H, W\).*got \(4, 7\)'):
        build()(torch.randn(4, 7))
    data_samples = samples(num_frames=6)
    with pytest.raises(ValueError, match=r'views of .*got \(4, 2, 6\)'):
        build().loss(torch.randn(4, 7, C), data_samples)
