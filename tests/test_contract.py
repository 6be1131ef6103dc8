"""What every registered class owes, found through the registries.

A new class is tested by existing: it fails here until it has an entry in
``ARGS``, and it must behave as its kind, which its folder names.
"""
import copy
import inspect
import re

import mmaction.registry
import mmengine.registry
import numpy as np
import pytest
import torch
from mmaction.registry import DATASETS, MODELS
from mmcv.transforms import BaseTransform
from mmengine.evaluator import BaseMetric
from mmengine.hooks import Hook
from mmengine.registry import Registry

import projects_move  # noqa: F401
from projects_move.datasets.samplers.class_balanced_sampler import DrawnIndex
from tests.pickling import pickle_roundtrip
from tests.tiny import sample, view_masks

C, S = 6, 5
COUNTS = np.array([9, 40, 3, 17, 3])

# folder: what the registered names end in. MMAction2 names a transform after
# what it does, so transforms have no ending.
KINDS = {
    'models.backbones': 'Backbone',
    'models.blendings': 'Blending',
    'models.data_preprocessors': 'DataPreprocessor',
    'models.heads': 'Head',
    'models.losses': 'Loss',
    'models.necks': 'Neck',
    'models.recognizers': 'Recognizer',
    'datasets.samplers': 'Sampler',
    'datasets.transforms': '',
    'datasets': 'Dataset',
    'engine.hooks': 'Hook',
    'engine.optim_wrappers': 'OptimWrapper',
    'engine.optimizers': 'Adam',
    'evaluation': 'Metric',
}
# a backbone may be called as MMAction2 calls its own
ENDINGS = {'Backbone': ('Backbone', 'Net')}
OWN_NAMES = {'ImbalancedMiniKinetics': 'the name of the benchmark'}


def video_list(folder, count_file=False):
    """Six videos of five classes, their features, and the class names."""
    (folder / 'labels').mkdir(exist_ok=True)
    labels = [0, 1, 2, 3, 4, 0]
    for i in range(len(labels)):
        np.save(folder / f'v_{i}.npy',
                np.random.RandomState(i).randn(4 + i, C).astype(np.float16))
    lines = ''.join(f'v_{i} {label}\n' for i, label in enumerate(labels))
    for name in ('train', 'validate', 'test', 'val'):
        (folder / 'labels' / f'{name}.lst').write_text(lines)
    (folder / 'labels' / 'classes.txt').write_text('a\nb\nc\nd\ne\n')
    (folder / 'labels' / 'count-labels-train.lst').write_text(''.join(
        f'{name} {i} 1\n' for i, name in enumerate('abcde')))
    return dict(
        pipeline=[], data_root=str(folder), data_prefix=dict(features=''))


def sampler_args(folder):
    dataset = DATASETS.build(
        dict(
            video_list(folder),
            type='LongTailDataset',
            ann_file='labels/train.lst'))
    return dict(dataset=dataset, seed=3)


def drawn_sample(labels, drawn_class):
    one = sample(labels, S)
    one.set_metainfo(dict(sample_idx=DrawnIndex(7, drawn_class)))
    return one


def head_args(folder):
    return dict(num_classes=S, in_channels=C, hidden_channels=7)


# the least a class is built from; a function is given an empty folder
ARGS = dict(
    AutocastOptimWrapper=lambda folder: dict(
        optimizer=torch.optim.SGD([torch.nn.Parameter(torch.ones(2))], lr=.1)),
    BinaryCrossEntropyLoss={},
    ClassAPHook={},
    ClassBalancedLoss={},
    ClassBalancedSampler=sampler_args,
    ClassCountsHook={},
    DeferredReweightingHook={},
    DeferredRuntimeInfoHook={},
    DynamicFrameSampler={},
    EqualizationLoss={},
    FeatureDataPreprocessor={},
    FeatureManifestHook={},
    FeatureStatisticsHook={},
    FramestackBlending={},
    FusedAdam=lambda folder: dict(
        params=[torch.nn.Parameter(torch.ones(2))], lr=.1),
    IdentityBackbone={},
    KeepSampledLabel={},
    ImbalancedMiniKinetics=lambda folder: dict(
        video_list(folder), split='test'),
    LDAMLoss={},
    LoadFeatures={},
    LongTailDataset=lambda folder: dict(
        video_list(folder),
        ann_file='labels/train.lst',
        classes='labels/classes.txt'),
    LongTailHead=head_args,
    LongTailMetric={},
    MOVEHead=head_args,
    MOVERecognizer=lambda folder: dict(
        backbone=dict(type='IdentityBackbone'),
        neck=dict(type='PSANeck', in_channels=C, num_heads=2, head_channels=3),
        cls_head=dict(type='MOVEHead', **head_args(folder)),
        data_preprocessor=dict(type='FeatureDataPreprocessor')),
    MSANeck=dict(in_channels=C, num_heads=2, head_channels=3),
    NetVLADNeck=dict(in_channels=C, num_clusters=3, out_channels=4),
    PSANeck=dict(in_channels=C, num_heads=2, head_channels=3),
    ParallelNeck=dict(
        in_channels=C,
        necks=dict(
            attention=dict(type='PSANeck', num_heads=2, head_channels=3),
            vlad=dict(type='NetVLADNeck', num_clusters=3, out_channels=4))),
    RandomFilterNet=dict(num_filters=3),
    SampleFeatureFrames=dict(num_frames=7),
    SampleVideoFrames=dict(num_frames=7),
    SigmoidFocalLoss={},
    SquareRootSampler=sampler_args,
    VideoLTDataset=video_list)

# what a backbone is given
IMAGES = dict(
    IdentityBackbone=lambda: torch.randn(3, 7, C),
    RandomFilterNet=lambda: torch.randn(3, 3, 21, 17))

# what a transform is given
RESULTS = dict(
    DynamicFrameSampler=lambda folder: dict(
        inputs=torch.randn(9, C), data_samples=sample(2)),
    KeepSampledLabel=lambda folder: dict(
        inputs=torch.randn(9, C), data_samples=drawn_sample([0, 4], 4)),
    LoadFeatures=lambda folder: video_list(folder) and dict(
        feature_path=str(folder / 'v_2.npy')),
    SampleFeatureFrames=lambda folder: dict(
        features=np.random.RandomState(0).randn(9, C)),
    SampleVideoFrames=lambda folder: dict(total_frames=30))


def registered():
    """Classes of this package in any registry, with their registries."""
    found = {}
    for module in (mmengine.registry, mmaction.registry):
        for registry in vars(module).values():
            if not isinstance(registry, Registry):
                continue
            for name, cls in registry.module_dict.items():
                if inspect.isclass(cls) and cls.__module__.startswith(
                        'projects_move.'):
                    found[cls] = (name, registry)
    return found


CLASSES = registered()
ALL = pytest.mark.parametrize(
    'cls',
    sorted(CLASSES, key=lambda cls: cls.__name__),
    ids=lambda cls: cls.__name__)


def kind_of(cls):
    folder = cls.__module__.split('.', 1)[1]
    while folder not in KINDS:
        assert '.' in folder, (
            f'{cls.__module__} is in no folder that KINDS knows')
        folder = folder.rsplit('.', 1)[0]
    return KINDS[folder]


def build(cls, folder, **kwargs):
    name, registry = CLASSES[cls]
    assert name in ARGS, f'add minimal arguments of {name} to ARGS'
    args = ARGS[name](folder) if callable(ARGS[name]) else ARGS[name]
    torch.manual_seed(0)
    thing = registry.build(dict(args, type=name, **kwargs))
    if hasattr(thing, 'modules'):
        for module in thing.modules():
            if hasattr(module, 'set_class_counts'):
                module.set_class_counts(torch.from_numpy(COUNTS))
    elif hasattr(thing, 'set_class_counts'):
        thing.set_class_counts(torch.from_numpy(COUNTS))
    return thing


def test_registries_hold_what_the_table_lists():
    assert {name for name, _ in CLASSES.values()} == set(ARGS)


@ALL
def test_name_docstring_and_repr(cls, tmp_path):
    name, _ = CLASSES[cls]
    kind = kind_of(cls)
    assert name == cls.__name__
    assert name.endswith(ENDINGS.get(kind, kind)) or name in OWN_NAMES
    assert cls.__doc__ and cls.__doc__ is not cls.__mro__[1].__doc__
    first = cls.__doc__.strip().splitlines()[0]
    assert first[0].isupper() or not first[0].isalpha()
    thing = build(cls, tmp_path)
    assert type(thing) is cls
    assert name in repr(thing)


@ALL
def test_arguments_are_explained(cls):
    """Every argument of its own stands in the docstring, or in that of the
    class it is handed on to."""
    if '__init__' not in vars(cls):
        return
    names = set(inspect.signature(cls.__init__).parameters)
    names -= {
        'self', 'args', 'init_cfg', 'collect_device', 'prefix', 'metainfo',
        'data_root', 'backbone'
    }
    docs = ''.join(parent.__doc__ or '' for parent in cls.__mro__
                   if parent.__module__.startswith('projects_move.'))
    missing = {name for name in names if name not in docs}
    assert not missing


def defaults(cls):
    parameters = inspect.signature(cls.__init__).parameters
    return {name: repr(value.default) for name, value in parameters.items()}


@ALL
def test_default_arguments_are_left_alone(cls, tmp_path):
    before = defaults(cls)
    build(cls, tmp_path)
    assert defaults(cls) == before


def without_address(thing):
    return re.sub(' at 0x[0-9a-f]+', '', repr(thing))


@ALL
def test_copies(cls, tmp_path):
    thing = build(cls, tmp_path)
    if kind_of(cls) == 'OptimWrapper':
        return  # it holds the very parameters of a model
    for other in (copy.deepcopy(thing), pickle_roundtrip(thing)):
        assert type(other) is cls
        assert without_address(other) == without_address(thing)
        if isinstance(thing, torch.nn.Module):
            state = other.state_dict()
            for key, value in thing.state_dict().items():
                assert torch.equal(state[key], value), key


@ALL
def test_behaves_as_its_kind(cls, tmp_path):
    CHECKS[kind_of(cls)](cls, tmp_path)


def finite(*tensors):
    return all(tensor.isfinite().all() for tensor in tensors)


def frame_samples(num_views, num_frames, multi=False):
    labels = [[1], [0, 4], [2, 3, 1]] if multi else [1, 4, 2]
    return [
        sample(
            label,
            S,
            frame_mask=view_masks(num_views, num_frames, i),
            query_mask=view_masks(num_views, num_frames, i + 5),
            key_mask=view_masks(1, num_frames, i + 9))
        for i, label in enumerate(labels)
    ]


def check_neck(cls, folder):
    if build(cls, folder).keeps_frames:
        return check_neck_of_frames(cls, folder)
    for formulation in ('official', 'paper'):
        neck = build(cls, folder, formulation=formulation)
        for num_frames in (1, 2, 13, 61):
            x = torch.randn(3, num_frames, C, requires_grad=True)
            assert neck(x).shape == (3, 1, neck.out_channels)
            for num_views in (1, 2, 3):
                mask = torch.stack(
                    [view_masks(num_views, num_frames, i) for i in range(3)])
                neck.zero_grad()
                z = neck(x, mask)
                assert z.shape == (3, num_views, neck.out_channels)
                z.square().sum().backward()
                grads = [
                    p.grad for p in neck.parameters() if p.grad is not None
                ]
                assert grads and finite(z, *grads)
        # rows are videos: each depends on its own frames only
        neck.eval()
        x, order = torch.randn(3, 8, C), torch.tensor([2, 0, 1])
        mask = torch.stack([view_masks(2, 8, i) for i in range(3)])
        z = neck(x, mask)
        assert torch.allclose(neck(x[order], mask[order]), z[order], atol=1e-5)
        assert not torch.allclose(z[0], z[1])
        # so are its stock layouts
        maps = torch.randn(3, C, 8, 2, 3)
        for given in (maps, (maps, )):
            z, losses = neck(given)
            assert z.flatten(1).shape == (3, neck.out_channels)
            assert losses == {}
        with pytest.raises(ValueError, match=str(C)):
            neck(torch.randn(3, 8, C + 1))


def check_neck_of_frames(cls, folder):
    neck = build(cls, folder)
    for num_frames in (1, 2, 13):
        x = torch.randn(3, num_frames, C, requires_grad=True)
        z = neck(x)
        assert z.shape == (3, num_frames, neck.out_channels)
        z.square().sum().backward()
        assert finite(z, x.grad, *(p.grad for p in neck.parameters()))
    neck.eval()
    x, order = torch.randn(3, 8, C), torch.tensor([2, 0, 1])
    z = neck(x)
    assert torch.allclose(neck(x[order]), z[order], atol=1e-5)
    assert not torch.allclose(z[0], z[1])
    with pytest.raises(ValueError, match='without DynamicFrameSampler'):
        neck(x, torch.stack([view_masks(2, 8, i) for i in range(3)]))
    with pytest.raises(ValueError, match=str(C)):
        neck(torch.randn(3, 8, C + 1))


def check_head(cls, folder):
    for loss_cls in ('BCELossWithLogits', 'CrossEntropyLoss'):
        head = build(cls, folder, loss_cls=dict(type=loss_cls))
        for multi in (False, True):
            for shape in ((3, C), (3, 2, C)):
                x = torch.randn(shape, requires_grad=True)
                head.zero_grad()
                losses = head.loss(x, frame_samples(2, 7, multi))
                total = sum(v for k, v in losses.items() if 'loss' in k)
                total.backward()
                grads = [p.grad for p in head.parameters()]
                assert finite(total, x.grad, *grads) and total > 0
                assert all(grad.abs().sum() > 0 for grad in grads)
    head.eval()
    x = torch.randn(3, 2, C)
    assert head(x).shape == (3, S)
    for one in head.predict(x, frame_samples(2, 7)):
        assert one.pred_score.shape == (S, ) and finite(one.pred_score)
        assert one.pred_label == one.pred_score.argmax()


def check_loss(cls, folder, loss=None):
    loss = loss or build(cls, folder)
    eye = torch.eye(S)
    if cls is not None:
        check_labels_of_loss(loss)
    for target in (eye[[1, 4, 2]], (eye[[1, 4, 2]] + eye[[0, 0, 3]]),
                   torch.rand(3, S)):
        logits = (3 * torch.randn(3, S)).requires_grad_()
        value = loss(logits, target)
        if isinstance(value, dict):
            value = sum(value.values())
        value.backward()
        assert value.ndim == 0 and finite(value, logits.grad)
        assert logits.grad.abs().sum() > 0
        extreme = torch.tensor([[60., -60, 0, 90, -90]] * 3).requires_grad_()
        loss(extreme, target).backward()
        assert finite(extreme.grad)


def check_labels_of_loss(loss):
    logits, index = torch.randn(3, S), torch.tensor([1, 4, 2])
    torch.manual_seed(0)
    by_index = loss(logits, index)
    torch.manual_seed(0)
    assert torch.equal(loss(logits, torch.eye(S)[index]), by_index)
    with pytest.raises(ValueError, match=f'for each class .3, {S}.'):
        loss(logits, torch.ones(3, S - 1))


def check_recognizer(cls, folder):
    model = build(cls, folder)
    for multi in (False, True):
        videos = [torch.randn(n, C).half() for n in (9, 4, 2)]
        samples = frame_samples(2, 9, multi)
        for one, video in zip(samples, videos):
            for key in ('frame_mask', 'query_mask', 'key_mask'):
                mask = one.get(key)[:, :len(video)].clone()
                mask[:, 0] = True
                one.set_field(mask, key)
        data = model.data_preprocessor(
            dict(inputs=videos, data_samples=samples), training=True)
        loss = model(**data, mode='loss')['loss_cls']
        loss.backward()
        assert finite(
            loss, *(p.grad for p in model.parameters() if p.grad is not None))
        model.eval()
        for one in model(**data, mode='predict'):
            assert one.pred_score.shape == (S, ) and finite(one.pred_score)
        model.train()


def check_backbone(cls, folder):
    backbone = build(cls, folder).eval()
    assert cls.__name__ in IMAGES, f'add an input of {cls.__name__}'
    x = IMAGES[cls.__name__]()
    maps = backbone(x)
    assert finite(maps) and len(maps) == 3
    assert torch.allclose(backbone(x[1:2])[0], maps[1], atol=1e-6)
    assert not torch.equal(maps[0], maps[1])


def check_data_preprocessor(cls, folder):
    module = build(cls, folder)
    data = module(dict(inputs=[torch.randn(n, C).half() for n in (3, 5)]))
    assert data['inputs'].dtype == torch.float32
    assert data['inputs'].shape == (2, 5, C)
    assert data['valid'].sum(1).tolist() == [3, 5]


def check_transform(cls, folder):
    transform = build(cls, folder)
    assert isinstance(transform, BaseTransform)
    assert cls.__name__ in RESULTS, f'add an input of {cls.__name__}'
    outcomes = []
    for one in (transform, pickle_roundtrip(transform)):
        results = RESULTS[cls.__name__](folder)
        if 'inputs' in results:
            results['inputs'] = torch.ones_like(results['inputs'])
        torch.manual_seed(4)
        np.random.seed(4)
        outcomes.append(one(results))
        assert isinstance(outcomes[-1], dict)
    # the seed, and nothing else, decides
    assert outcomes[0].keys() == outcomes[1].keys()
    for key, value in outcomes[0].items():
        if hasattr(value, 'all_items'):
            value, other = value.to_dict(), outcomes[1][key].to_dict()
        else:
            value, other = {key: value}, {key: outcomes[1][key]}
        for name in value:
            assert np.array_equal(value[name], other[name]), name


def check_dataset(cls, folder):
    dataset = build(cls, folder)
    assert len(dataset) == 6
    counts = dataset.class_counts
    assert counts.dtype == np.int64 and counts.tolist() == [2, 1, 1, 1, 1]
    assert len(dataset.metainfo['classes']) == S
    for i, label in enumerate([0, 1, 2, 3, 4, 0]):
        info = dataset.get_data_info(i)
        assert info['video_id'] == f'v_{i}'
        assert dataset.get_cat_ids(i) == [label]
        if torch.is_tensor(info['label']):
            assert torch.equal(info['label'], torch.eye(S)[label])
        else:
            assert info['label'] == label


def check_sampler(cls, folder):
    sampler = build(cls, folder)
    assert len(sampler) == 6 == len(list(sampler))
    draws = list(sampler)
    assert draws == list(sampler)
    labels = [0, 1, 2, 3, 4, 0]
    assert all(labels[i] == i.drawn_class for i in draws)
    sampler.set_epoch(1)
    assert draws != list(sampler)


def check_blending(cls, folder):
    blending = build(cls, folder)
    inputs, samples = torch.randn(4, 7, C), [sample(i, S) for i in range(4)]
    out, _ = blending(inputs, samples)
    assert torch.equal(out, inputs)
    blending.set_class_ap(torch.tensor([.1, .9, .5, .2, .3]))
    other = build(cls, folder)
    other.load_state_dict(blending.state_dict())
    torch.manual_seed(1)  # the two that are blended change places
    out, samples = other(inputs, samples)
    assert out.shape == inputs.shape and not torch.equal(out, inputs)
    for one in samples:
        label = one.gt_label
        assert label.numel() == 1 or label.sum() == pytest.approx(1)


def check_hook(cls, folder):
    assert isinstance(build(cls, folder), Hook)


def check_optim_wrapper(cls, folder):
    wrapper = build(cls, folder)
    weight, = wrapper.optimizer.param_groups[0]['params']
    model = torch.nn.Linear(2, 1)
    with wrapper.optim_context(model):
        loss = (model(weight).float()**2).sum()
    before = weight.detach().clone()
    wrapper.update_params(loss)
    assert finite(weight) and not torch.equal(weight, before)


def check_optimizer(cls, folder):
    optimizer = build(cls, folder)
    assert isinstance(optimizer, torch.optim.Optimizer)
    weight, = optimizer.param_groups[0]['params']
    before = weight.detach().clone()
    weight.square().sum().backward()
    optimizer.step()
    assert finite(weight) and not torch.equal(weight, before)


def check_metric(cls, folder):
    for multi in (False, True):
        metric = build(cls, folder)
        assert isinstance(metric, BaseMetric) and metric.default_prefix
        samples = frame_samples(2, 7, multi)
        for i, one in enumerate(samples):
            one.set_pred_score(torch.rand(S))
        metric.process(None, [one.to_dict() for one in samples])
        figures = metric.evaluate(len(samples))
        assert figures and all(
            isinstance(value, float) and value == value
            for value in figures.values())


CHECKS = {
    'Blending': check_blending,
    'Backbone': check_backbone,
    'DataPreprocessor': check_data_preprocessor,
    'Dataset': check_dataset,
    'Head': check_head,
    'Hook': check_hook,
    'Loss': check_loss,
    'Metric': check_metric,
    'Neck': check_neck,
    'OptimWrapper': check_optim_wrapper,
    'Adam': check_optimizer,
    'Recognizer': check_recognizer,
    'Sampler': check_sampler,
    '': check_transform,
}


@pytest.mark.parametrize('name', ['BCELossWithLogits', 'CrossEntropyLoss'])
def test_stock_losses_pass_the_check_of_losses(name, tmp_path):
    check_loss(None, tmp_path, MODELS.build(dict(type=name)))


def test_check_of_losses_fails_a_loss_of_hard_labels(tmp_path):
    loss = MODELS.build(dict(type='CBFocalLoss', samples_per_cls=[1] * S))
    with pytest.raises((RuntimeError, TypeError)):
        check_loss(None, tmp_path, loss)


def test_class_without_an_entry_fails(monkeypatch, tmp_path):

    class Unheard(torch.nn.Module):
        pass

    Unheard.__module__ = 'projects_move.models.necks.unheard'
    monkeypatch.setitem(CLASSES, Unheard, ('Unheard', MODELS))
    with pytest.raises(AssertionError, match='arguments of Unheard to ARGS'):
        build(Unheard, tmp_path)
    assert not 'Unheard'.endswith(kind_of(Unheard))
    Unheard.__module__ = 'projects_move.elsewhere'
    with pytest.raises(AssertionError, match='no folder that KINDS knows'):
        kind_of(Unheard)
