"""All registered classes, found through the registries, and how to build them.

The contract of a kind of class applies to each class in the folder of the
kind. A new class needs an entry in ``ARGS``.
"""
import inspect

import mmaction.registry
import mmengine.registry
import numpy as np
import pytest
import torch
from mmaction.registry import DATASETS
from mmengine.registry import Registry

import projects_move  # noqa: F401
from tests.models.backbones.library_models import (timm_config,
                                                   torchvision_config,
                                                   transformers_config)
from tests.tiny import sample, view_masks

C, S = 6, 5
COUNTS = np.array([9, 40, 3, 17, 3])

# ending of the registered names, by folder. MMAction2 names a transform after
# what it does, so transforms have no ending.
KINDS = {
    'models.backbones': 'Backbone',
    'models.blendings': 'Blending',
    'models.classifiers': 'Classifier',
    'models.data_preprocessors': 'DataPreprocessor',
    'models.heads': 'Head',
    'models.losses': 'Loss',
    'models.necks': 'Neck',
    'models.necks.temporal_conv_encoder': 'Encoder',
    'models.recognizers': 'Recognizer',
    'datasets.samplers': 'Sampler',
    'datasets.transforms': '',
    'datasets': 'Dataset',
    'engine.hooks': 'Hook',
    'engine.optim_wrappers': 'OptimWrapper',
    'engine.optimizers': 'Adam',
    'evaluation': 'Metric',
}
# MMAction2's own backbones end in Net
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


def head_args(folder):
    return dict(num_classes=S, in_channels=C, hidden_channels=7)


# minimal arguments of each class, or a function of an empty folder
ARGS = dict(
    AsymmetricLoss={},
    AtomicCheckpointHook={},
    AutocastOptimWrapper=lambda folder: dict(
        optimizer=torch.optim.SGD([torch.nn.Parameter(torch.ones(2))], lr=.1)),
    BinaryCrossEntropyLoss={},
    ClassAPHook={},
    ClassBalancedLoss={},
    ClassBalancedSampler=sampler_args,
    ClassCountsHook={},
    ClassMeanInitHook={},
    ClassifierRetrainingHook={},
    CenterCropFrames=dict(crop_size=8),
    CosineClassifier=dict(in_channels=C, num_classes=S),
    DeferredReweightingHook={},
    DistributionBalancedLoss={},
    DynamicFrameSampler={},
    EfficientNetLite0Backbone=dict(weights=None),
    EqualizationLoss={},
    FeatureChannelsHook={},
    FeatureDataPreprocessor={},
    FeatureManifestHook={},
    FeatureStatisticsHook={},
    FiniteValuesHook={},
    FramestackBlending={},
    FusedAdam=lambda folder: dict(
        params=[torch.nn.Parameter(torch.ones(2))], lr=.1),
    IdentityBackbone={},
    KeepSampledLabel={},
    ImbalancedMiniKinetics=lambda folder: dict(
        video_list(folder), split='test'),
    LDAMLoss={},
    LabelAwareSmoothingLoss={},
    LoadFeatures={},
    LongTailDataset=lambda folder: dict(
        video_list(folder),
        ann_file='labels/train.lst',
        classes='labels/classes.txt'),
    LongTailHead=head_args,
    LongTailMetric={},
    LongTailPlotHook={},
    LogitAdjustedLoss={},
    MOVEHead=head_args,
    MOVERecognizer=lambda folder: dict(
        backbone=dict(type='IdentityBackbone'),
        neck=dict(type='PSANeck', in_channels=C, num_heads=2, head_channels=3),
        cls_head=dict(type='MOVEHead', **head_args(folder)),
        data_preprocessor=dict(type='FeatureDataPreprocessor')),
    MSANeck=dict(in_channels=C, num_heads=2, head_channels=3),
    NetVLADNeck=dict(in_channels=C, num_clusters=3, out_channels=4),
    PSANeck=dict(in_channels=C, num_heads=2, head_channels=3),
    PackFeatureInputs={},
    ParallelNeck=dict(
        in_channels=C,
        necks=dict(
            attention=dict(type='PSANeck', num_heads=2, head_channels=3),
            vlad=dict(type='NetVLADNeck', num_clusters=3, out_channels=4))),
    PriorSigmoidLoss={},
    PriorUseHook={},
    ProgressiveSampler=lambda folder: dict(sampler_args(folder), max_epochs=2),
    ProgressiveSamplingHook={},
    RankCheckHook={},
    RandomFilterNet=dict(num_filters=3),
    ReportHook={},
    ResizeFrames=dict(size=8),
    ResumedValidationHook={},
    SeededDrawsHook={},
    StopHook={},
    TimmBackbone=timm_config('vit_tiny_patch16_224'),
    TorchvisionBackbone=torchvision_config('squeezenet1_1'),
    TransformersBackbone=transformers_config('videomae'),
    SampleFeatureFrames=dict(num_frames=7),
    SampleVideoFrames=dict(num_frames=7),
    SampledCountsHook={},
    ScaledClassifier=dict(in_channels=C, num_classes=S),
    SigmoidFocalLoss={},
    SquareRootSampler=sampler_args,
    TauNormalizedClassifier=dict(in_channels=C, num_classes=S),
    TemporalConvEncoder=dict(in_channels=C, out_channels=4),
    ThreeExpertLoss={},
    VideoDecode={},
    VideoInit={},
    VideoLTDataset=video_list)


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


def parametrize(classes):
    """Mark that runs a test for each class, with its name as the id."""
    return pytest.mark.parametrize(
        'cls',
        sorted(classes, key=lambda cls: cls.__name__),
        ids=lambda cls: cls.__name__)


def kind_of(cls):
    folder = cls.__module__.split('.', 1)[1]
    while folder not in KINDS:
        assert '.' in folder, (f'{cls.__module__} is in no folder of KINDS')
        folder = folder.rsplit('.', 1)[0]
    return KINDS[folder]


def of_kind(kind):
    """Mark that runs a test for each class of a kind."""
    return parametrize([cls for cls in CLASSES if kind_of(cls) == kind])


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
