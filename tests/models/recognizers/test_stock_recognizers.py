"""The necks and MOVEHead inside MMAction2's own recognizers."""
import pytest
import torch
from mmaction.registry import MODELS

from tests.golden import assert_close
from tests.tiny import Tiny2D, Tiny3D, gradient_norms, sample, view_masks

C, S = 6, 5


def neck(formulation):
    return dict(
        type='ParallelNeck',
        in_channels=C,
        formulation=formulation,
        necks=dict(
            attention=dict(
                type='PSANeck', num_heads=2, head_channels=3, out_channels=C),
            vlad=dict(
                type='NetVLADNeck',
                num_clusters=3,
                out_channels=4,
                detach_frames=False)))


def head(kind):
    out = dict(type=kind, num_classes=S, in_channels=C + 4, dropout_ratio=0.)
    if kind in ('MOVEHead', 'LongTailHead'):
        return dict(out, hidden_channels=8)
    return dict(out, average_clips='score')


def build(recognizer, kind, formulation='official'):
    torch.manual_seed(0)
    backbone = dict(type=Tiny2D, channels=C, as_tuple=True)
    if recognizer == 'Recognizer3D':
        backbone = dict(type=Tiny3D, channels=C)
    model = MODELS.build(
        dict(
            type=recognizer,
            backbone=backbone,
            neck=neck(formulation),
            cls_head=head(kind)))
    if kind == 'MOVEHead':
        model.cls_head.set_class_counts(torch.tensor([9, 40, 3, 17, 3]))
    return model


def batch(recognizer, num_views=2):
    torch.manual_seed(1)
    if recognizer == 'Recognizer2D':
        x = torch.randn(3, 7, 3, 9, 8)  # (B, T, 3, H, W)
    else:
        x = torch.randn(3, 1, 3, 7, 5, 4)  # (B, 1, 3, T, H, W)
    samples = [
        sample(
            label,
            frame_mask=view_masks(num_views, 7, label),
            query_mask=view_masks(num_views, 7, label + 10),
            key_mask=view_masks(1, 7, label + 20)) for label in (1, 4, 0)
    ]
    return x, samples


def frames_of(model, x):
    """What the neck should see, (B, T, C)."""
    if x.ndim == 5:
        maps, = model.backbone(x.flatten(0, 1))
        return maps.mean((2, 3)).view(3, 7, C)
    return model.backbone(x[:, 0]).mean((3, 4)).transpose(1, 2)


@pytest.mark.parametrize('formulation', ['official', 'paper'])
@pytest.mark.parametrize('recognizer,kind', [
    ('Recognizer2D', 'TSNHead'),
    ('Recognizer2D', 'LongTailHead'),
    ('Recognizer2D', 'MOVEHead'),
    ('Recognizer3D', 'I3DHead'),
    ('Recognizer3D', 'LongTailHead'),
    ('Recognizer3D', 'MOVEHead'),
])
def test_trains_and_predicts(recognizer, kind, formulation):
    model = build(recognizer, kind, formulation)
    x, data_samples = batch(recognizer)
    loss = model(x, data_samples, mode='loss')['loss_cls']
    loss.backward()
    for name, norm in gradient_norms(model).items():
        assert norm is not None and norm < float('inf'), name
    weights = [
        norm for name, norm in gradient_norms(model.backbone).items()
        if 'conv' in name and 'weight' in name
    ]
    assert all(norm > 0 for norm in weights)
    model.eval()
    predicted = model(x, data_samples, mode='predict')
    assert all(one.pred_score.shape[-1] == S for one in predicted)


@pytest.mark.parametrize('recognizer', ['Recognizer2D', 'Recognizer3D'])
def test_views_arrive_as_in_ours(recognizer):
    model = build(recognizer, 'MOVEHead').eval()
    x, data_samples = batch(recognizer)
    feats, _ = model.extract_feat(x, data_samples=data_samples)
    views = model.cls_head.as_views(feats)
    ours = MODELS.build(
        dict(
            type='MOVERecognizer',
            backbone=dict(type='IdentityBackbone'),
            neck=neck('official'),
            data_preprocessor=dict(type='FeatureDataPreprocessor'))).eval()
    ours.neck.load_state_dict(model.neck.state_dict())
    expected, _ = ours.extract_feat(
        frames_of(model, x), data_samples=data_samples)
    assert views.shape == (3, 2, C + 4)
    assert_close(views, expected, 1e-5)


@pytest.mark.parametrize('recognizer,kind', [('Recognizer2D', 'TSNHead'),
                                             ('Recognizer3D', 'I3DHead')])
@pytest.mark.parametrize('num_views', [1, 2, 3])
def test_stock_heads_average_the_views(recognizer, kind, num_views):
    model = build(recognizer, kind).eval()
    x, data_samples = batch(recognizer, num_views)
    feats, kwargs = model.extract_feat(x, data_samples=data_samples)
    views = feats.flatten(2).transpose(1, 2)
    assert views.shape == (3, num_views, C + 4)
    fc = model.cls_head.fc_cls
    expected = views.mean(1) @ fc.weight.T + fc.bias
    assert_close(model.cls_head(feats, **kwargs), expected, 1e-5)
    labels = torch.tensor([one.gt_label.item() for one in data_samples])
    loss = model.loss(x, data_samples)['loss_cls']
    assert_close(loss, torch.nn.functional.cross_entropy(expected, labels),
                 1e-5)


@pytest.mark.parametrize('recognizer,kind', [('Recognizer2D', 'TSNHead'),
                                             ('Recognizer3D', 'I3DHead')])
def test_prediction_is_one_view_of_all_frames(recognizer, kind):
    model = build(recognizer, kind).eval()
    x, data_samples = batch(recognizer)
    predicted = model.predict(x, data_samples)
    z = model.neck(frames_of(model, x))[:, 0]
    expected = model.cls_head.fc_cls(z)
    scores = torch.stack([one.pred_score for one in predicted])
    assert_close(scores, expected, 1e-5)


def test_masks_of_other_clips_are_refused():
    model = build('Recognizer3D', 'MOVEHead')
    x, data_samples = batch('Recognizer3D')
    with pytest.raises(ValueError, match='3 videos .* has 6 rows'):
        model.loss(x.expand(-1, 2, -1, -1, -1, -1).contiguous(), data_samples)
