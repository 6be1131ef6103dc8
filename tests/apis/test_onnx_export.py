"""The outputs of onnxruntime equal those of PyTorch."""
import re

import numpy as np
import pytest
import torch
from mmaction.registry import MODELS

from projects_move.apis.onnx_export import InferenceModule, export_onnx

onnxruntime = pytest.importorskip('onnxruntime')
pytest.importorskip('onnxscript')

C, S = 6, 5
RESNET = dict(type='ResNet', depth=18, pretrained=None)
PREPROCESS = dict(
    type='ActionDataPreprocessor',
    mean=[100., 110., 120.],
    std=[50., 60., 70.],
    to_rgb=True)


def build(formulation='official',
          backbone=None,
          neck=True,
          encoder=None,
          **kwargs):
    backbone = backbone or dict(type='IdentityBackbone')
    channels = dict(
        IdentityBackbone=C, RandomFilterNet=8).get(backbone['type'], 512)
    torch.manual_seed(0)
    necks = dict(
        attention=dict(type='PSANeck', num_heads=2, head_channels=3),
        netvlad=dict(type='NetVLADNeck', num_clusters=3, out_channels=4))
    model = MODELS.build(
        dict(
            type='MOVERecognizer',
            backbone=backbone,
            neck=dict(
                type='ParallelNeck',
                in_channels=channels,
                formulation=formulation,
                encoder=encoder,
                necks=necks) if neck else None,
            cls_head=dict(
                type='MOVEHead',
                num_classes=S,
                hidden_channels=7,
                in_channels=None if neck else channels),
            **kwargs))
    for name, buffer in model.named_buffers():  # as after a training
        if name.endswith('running_mean'):
            buffer.normal_()
        if name.endswith('running_var'):
            buffer.uniform_(.5, 2)
    return model


def compare(model, file, shapes, **kwargs):
    export_onnx(model, file, shapes[0], **kwargs)
    session = onnxruntime.InferenceSession(
        str(file), providers=['CPUExecutionProvider'])
    module = InferenceModule(model, **kwargs)
    for shape in shapes:
        inputs = torch.rand(*shape) * 255 if len(shape) > 3 else torch.randn(
            *shape)
        scores, = session.run(None, {'inputs': inputs.numpy()})
        with torch.no_grad():
            expected = module(inputs).numpy()
        assert scores.shape == (shape[0], S)
        np.testing.assert_allclose(scores, expected, atol=1e-4)
    return module


@pytest.mark.parametrize('formulation', ['official', 'paper'])
def test_features(tmp_path, formulation):
    model = build(
        formulation, data_preprocessor=dict(type='FeatureDataPreprocessor'))
    model.data_preprocessor.set_feature_statistics(
        torch.rand(C),
        torch.rand(C) + .5)
    module = compare(model, tmp_path / 'a.onnx', [(2, 9, C), (1, 1, C),
                                                  (5, 30, C)])
    video = torch.randn(9, C)
    data = model.data_preprocessor(dict(inputs=[video]))
    logits = model(**data, mode='tensor')
    torch.testing.assert_close(module(video[None]), logits.sigmoid())


def test_temporal_encoder(tmp_path):
    model = build(
        encoder=dict(type='TemporalConvEncoder', out_channels=8),
        data_preprocessor=dict(type='FeatureDataPreprocessor'))
    compare(model, tmp_path / 'a.onnx', [(2, 9, C), (1, 1, C), (5, 30, C)])


def test_without_a_neck(tmp_path):
    model = build(
        neck=False, data_preprocessor=dict(type='FeatureDataPreprocessor'))
    compare(model, tmp_path / 'a.onnx', [(2, 9, C), (3, 4, C)])


def test_raw_frames(tmp_path):
    model = build(
        backbone=RESNET, data_preprocessor=PREPROCESS, freeze_backbone=True)
    module = compare(model, tmp_path / 'a.onnx', [(2, 3, 3, 33, 33),
                                                  (1, 5, 3, 33, 33)])
    video = torch.randint(0, 256, (4, 3, 33, 33), dtype=torch.uint8)
    data = model.data_preprocessor(
        dict(inputs=[video], data_samples=[None]), False)
    with torch.no_grad():
        logits = model(data['inputs'], mode='tensor')
        torch.testing.assert_close(
            module(video[None].float()),
            logits.sigmoid(),
            rtol=1e-4,
            atol=1e-5)


def test_backbone_left_out(tmp_path):
    model = build(
        backbone=dict(type='RandomFilterNet', num_filters=4),
        data_preprocessor=PREPROCESS)
    compare(model, tmp_path / 'a.onnx', [(2, 9, 8)], with_backbone=False)


def test_missing_package_is_named(monkeypatch, tmp_path):
    from projects_move.apis import onnx_export
    monkeypatch.setattr(onnx_export.importlib.util, 'find_spec',
                        lambda name: None)
    with pytest.raises(ImportError, match='needs onnx.*: pip install'):
        export_onnx(build(), tmp_path / 'a.onnx', (2, 9, C))


def test_wrong_shapes_are_refused(tmp_path):
    raw = dict(backbone=RESNET, data_preprocessor=PREPROCESS)
    tsm = dict(raw, backbone=dict(RESNET, type='ResNetTSM', num_segments=4))
    cached = dict(data_preprocessor=dict(type='FeatureDataPreprocessor'))
    for model, shape, reason in ((cached, (2, 9, C + 1), 'expects 6 channels'),
                                 (cached, (2, 9, 3, 8, 8),
                                  ''), (cached, (2, -9, C),
                                        ''), (raw, (2, 9, 512), ''),
                                 (raw, (2, 3, 4, 33, 33),
                                  ''), (tsm, (2, 2, 3, 33, 33),
                                        'shifts among 4 frames')):
        message = re.escape(f'inputs of the shape {shape}: ')
        with pytest.raises(ValueError, match=f'{message}.*{reason}'):
            export_onnx(build(**model), tmp_path / 'a.onnx', shape)
    assert not list(tmp_path.iterdir())
