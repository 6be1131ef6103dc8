"""Small checkpoints, saved in the format of a training."""
import numpy as np
import torch
from mmaction.registry import MODELS
from mmengine.config import Config

CHANNELS = 6
CLASSES = ('run', 'jump', 'sit', 'wave')


def save_checkpoint(folder, backbone, steps, preprocessor):
    """Write ``model.pth`` and return its model."""
    cfg = Config(
        dict(
            default_scope='mmaction',
            model=dict(
                type='MOVERecognizer',
                backbone=backbone,
                neck=dict(
                    type='PSANeck',
                    in_channels=CHANNELS,
                    num_heads=2,
                    head_channels=3),
                cls_head=dict(type='MOVEHead', num_classes=len(CLASSES)),
                data_preprocessor=preprocessor),
            test_dataloader=dict(
                dataset=dict(
                    type='LongTailDataset',
                    pipeline=steps +
                    [dict(type='PackActionInputs', meta_keys=(
                        'video_id', ))]))))
    torch.manual_seed(0)
    model = MODELS.build(cfg.model)
    model.cls_head.set_class_counts(torch.tensor([9, 4, 2, 7]))
    meta = dict(cfg=cfg.pretty_text, dataset_meta=dict(classes=CLASSES))
    torch.save(
        dict(meta=meta, state_dict=model.state_dict()), folder / 'model.pth')
    return model.eval()


def save_feature_checkpoint(folder):
    """Write ``model.pth`` and a folder ``feat`` of five feature files that
    differ in length, and return the model and the features by name."""
    steps = [
        dict(type='LoadFeatures'),
        dict(type='SampleFeatureFrames', mode='all')
    ]
    model = save_checkpoint(folder, dict(type='IdentityBackbone'), steps,
                            dict(type='FeatureDataPreprocessor'))
    (folder / 'feat' / 'sub').mkdir(parents=True)
    features = {}
    for i, name in enumerate(['v0', 'v1', 'sub/v2', 'v3', 'v4']):
        features[name] = np.random.randn(3 + i, CHANNELS).astype(np.float32)
        np.save(folder / 'feat' / f'{name}.npy', features[name])
    return model, features
