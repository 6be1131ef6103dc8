"""Every kind of MMAction2's backbones under MOVE."""
import numpy as np
import pytest
import torch
from mmaction.registry import MODELS

from projects_move.apis.extraction.assembly import ImageChunk, VideoAssembly
from projects_move.apis.extraction.embedder import Embedder
from projects_move.apis.extraction.row_batches import Part, fill_batches
from projects_move.models.recognizers import shifted_frames
from tests.models.backbones.library_models import (TIMM, TORCHVISION,
                                                   TRANSFORMERS, timm_config,
                                                   torchvision_config,
                                                   transformers_config)
from tests.tiny import sample, view_masks

T, S = 4, 5
TINY_VIT = dict(
    img_size=32,
    patch_size=16,
    embed_dims=12,
    num_heads=3,
)
# kind: backbone, shape of a frame or clip, channels
BACKBONES = {
    'ResNet': (dict(type='ResNet', depth=18,
                    pretrained=None), (3, 33, 33), 512),
    'MobileNetV2':
    (dict(type='MobileNetV2', pretrained=None,
          widen_factor=.25), (3, 33, 33), 1280),
    'ResNetTSM':
    (dict(type='ResNetTSM', depth=18, num_segments=2,
          pretrained2d=False), (3, 33, 33), 512),
    'MobileNetV2TSM': (dict(
        type='MobileNetV2TSM',
        num_segments=T,
        widen_factor=.25,
        pretrained2d=False), (3, 33, 33), 1280),
    'SlowOnly': (dict(
        type='ResNet3dSlowOnly',
        depth=50,
        base_channels=8,
        pretrained=None,
        lateral=False,
        conv1_kernel=(1, 7, 7),
        conv1_stride_t=1,
        pool1_stride_t=1,
        inflate=(0, 0, 1, 1)), (3, 4, 32, 32), 256),
    'SlowFast': (dict(
        type='ResNet3dSlowFast',
        pretrained=None,
        resample_rate=4,
        speed_ratio=4,
        channel_ratio=8,
        slow_pathway=dict(
            type='resnet3d',
            depth=50,
            pretrained=None,
            lateral=True,
            base_channels=8,
            conv1_kernel=(1, 7, 7),
            conv1_stride_t=1,
            pool1_stride_t=1,
            inflate=(0, 0, 1, 1)),
        fast_pathway=dict(
            type='resnet3d',
            depth=50,
            pretrained=None,
            lateral=False,
            base_channels=1,
            conv1_kernel=(5, 7, 7),
            conv1_stride_t=1,
            pool1_stride_t=1)), (3, 16, 32, 32), 288),
    'X3D': (dict(type='X3D', gamma_w=1, gamma_b=1,
                 gamma_d=1), (3, 4, 32, 32), 192),
    'MViT': (dict(
        type='MViT',
        arch=dict(
            embed_dims=12, num_layers=2, num_heads=1, downscale_indices=[1]),
        spatial_size=32,
        temporal_size=4), (3, 4, 32, 32), 24),
    'VideoMAE': (dict(
        type='VisionTransformer',
        depth=2,
        mlp_ratio=2,
        num_frames=4,
        norm_cfg=dict(type='LN', eps=1e-6),
        **TINY_VIT), (3, 4, 32, 32), 12),
    'Swin': (dict(
        type='SwinTransformer3D',
        arch=dict(embed_dims=12, depths=[1, 1, 1, 1], num_heads=[1, 2, 4, 8]),
        pretrained2d=False,
        patch_size=(2, 4, 4),
        window_size=(2, 4, 4)), (3, 4, 64, 64), 96),
    'TimeSformer': (dict(
        type='TimeSformer', num_frames=4, num_transformer_layers=2,
        **TINY_VIT), (3, 4, 32, 32), 12),
}
for name, (_, side, channels) in TIMM.items():
    BACKBONES[f'timm/{name}'] = (timm_config(name), (3, side, side), channels)
for name in ('resnet18', 'swin_t', 'r3d_18'):
    BACKBONES[f'torchvision/{name}'] = (torchvision_config(name),
                                        *TORCHVISION[name][1:])
for name, config in TRANSFORMERS.items():
    BACKBONES[f'transformers/{name}'] = (transformers_config(name),
                                         (3, 4, 32, 32), config['hidden_size'])
# what torch says of Swin's way of calling it
pytestmark = pytest.mark.filterwarnings('ignore:.*meshgrid:UserWarning')
KINDS = pytest.mark.parametrize('kind', BACKBONES)


def build(kind, **kwargs):
    backbone, _, channels = BACKBONES[kind]
    torch.manual_seed(0)
    model = MODELS.build(
        dict(
            type='MOVERecognizer',
            backbone=backbone,
            neck=dict(
                type='ParallelNeck',
                in_channels=channels,
                necks=dict(
                    attention=dict(type='PSANeck', head_channels=4),
                    netvlad=dict(
                        type='NetVLADNeck',
                        num_clusters=3,
                        out_channels=6,
                        detach_frames=False))),
            cls_head=dict(type='MOVEHead', num_classes=S, hidden_channels=8),
            **kwargs))
    model.cls_head.set_class_counts(torch.tensor([9, 40, 3, 17, 3]))
    return model


def batch(kind, videos=3, frames=T):
    torch.manual_seed(1)
    inputs = torch.randn(videos, frames, *BACKBONES[kind][1])
    samples = [
        sample(
            i,
            frame_mask=view_masks(2, frames, i),
            query_mask=view_masks(2, frames, i + 5),
            key_mask=view_masks(1, frames, i + 9)) for i in range(videos)
    ]
    return inputs, samples


@KINDS
def test_trains_end_to_end(kind):
    model = build(kind)
    inputs, samples = batch(kind)
    loss = model(inputs, samples, mode='loss')['loss_cls']
    loss.backward()
    grads = [p.grad for p in model.backbone.parameters() if p.grad is not None]
    assert loss.isfinite() and grads
    assert sum(float(grad.abs().sum()) for grad in grads) > 0


@KINDS
def test_frozen_keeps_the_backbone(kind):
    model = build(kind, freeze_backbone=True)
    before = {k: v.clone() for k, v in model.backbone.state_dict().items()}
    model.train()
    assert not model.backbone.training and model.neck.training
    inputs, samples = batch(kind)
    model(inputs, samples, mode='loss')['loss_cls'].backward()
    assert all(p.grad is not None for p in model.cls_head.parameters())
    assert all(p.grad is None for p in model.backbone.parameters())
    for name, value in model.backbone.state_dict().items():
        assert torch.equal(value, before[name]), name


@KINDS
@torch.no_grad()
def test_cached_features_give_the_same_scores(kind):
    model = build(kind, max_frames=3)
    model.eval()
    inputs, samples = batch(kind, videos=2)
    together = model(inputs, samples, mode='predict')
    segments = shifted_frames(model.backbone)
    parts = [
        Part(ImageChunk(str(i), samples[i], True, 1, T), video)
        for i, video in enumerate(inputs)
    ]
    assembly = VideoAssembly()
    for part, rows in Embedder(model).embed(fill_batches(parts, 3 * segments)):
        features = assembly.add(part, rows)
        if features is None:
            continue
        assert features.shape == (T, BACKBONES[kind][2])
        i = int(part.owner.name)
        cached = model.cls_head.predict(
            model.neck(features[None].clone()), [samples[i]])
        np.testing.assert_allclose(
            cached[0].pred_score, together[i].pred_score, atol=1e-5)


def test_memory_is_bounded_where_no_gradient_is_kept(monkeypatch):
    model = build('ResNet', freeze_backbone=True, max_frames=5)
    model.train()
    sizes = []
    whole = model.backbone.forward
    monkeypatch.setattr(model.backbone, 'forward', lambda x:
                        (sizes.append(len(x)), whole(x))[1])
    inputs, samples = batch('ResNet', frames=4)
    model(inputs, samples, mode='loss')
    model(inputs, mode='tensor')
    assert sizes == [5, 5, 2] * 2


def test_frames_that_are_shifted_together():
    model = build('ResNetTSM')
    inputs, _ = batch('ResNetTSM', frames=3)
    with pytest.raises(
            ValueError, match='among 2 frames, but 3 frames are not'):
        model(inputs, mode='tensor')
