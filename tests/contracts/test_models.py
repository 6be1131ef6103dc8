"""Contracts of recognizers, backbones, data preprocessors and blendings."""
import pytest
import torch

from tests.contracts.components import (C, S, build, finite, frame_samples,
                                        of_kind)
from tests.tiny import sample

# what a backbone is given
IMAGES = dict(
    EfficientNetLite0Backbone=lambda: torch.randn(3, 3, 33, 40),
    IdentityBackbone=lambda: torch.randn(3, 7, C),
    RandomFilterNet=lambda: torch.randn(3, 3, 21, 17),
    TimmBackbone=lambda: torch.randn(3, 3, 32, 32),
    TorchvisionBackbone=lambda: torch.randn(3, 3, 64, 64),
    TransformersBackbone=lambda: torch.randn(3, 3, 4, 32, 32))


@of_kind('Recognizer')
def test_recognizer(cls, tmp_path):
    model = build(cls, tmp_path)
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


@of_kind('Backbone')
def test_backbone(cls, tmp_path):
    backbone = build(cls, tmp_path).eval()
    assert cls.__name__ in IMAGES, f'add an input of {cls.__name__}'
    x = IMAGES[cls.__name__]()
    maps = backbone(x)
    assert finite(maps) and len(maps) == 3
    assert torch.allclose(backbone(x[1:2])[0], maps[1], atol=1e-5)
    assert not torch.equal(maps[0], maps[1])


@of_kind('DataPreprocessor')
def test_data_preprocessor(cls, tmp_path):
    module = build(cls, tmp_path)
    data = module(dict(inputs=[torch.randn(n, C).half() for n in (3, 5)]))
    assert data['inputs'].dtype == torch.float32
    assert data['inputs'].shape == (2, 5, C)
    assert data['valid'].sum(1).tolist() == [3, 5]


@of_kind('Blending')
def test_blending(cls, tmp_path):
    blending = build(cls, tmp_path)
    inputs, samples = torch.randn(4, 7, C), [sample(i, S) for i in range(4)]
    out, _ = blending(inputs, samples)
    assert torch.equal(out, inputs)
    blending.set_class_ap(torch.tensor([.1, .9, .5, .2, .3]))
    other = build(cls, tmp_path)
    other.load_state_dict(blending.state_dict())
    torch.manual_seed(1)  # the two that are blended change places
    out, samples = other(inputs, samples)
    assert out.shape == inputs.shape and not torch.equal(out, inputs)
    for one in samples:
        label = one.gt_label
        assert label.numel() == 1 or label.sum() == pytest.approx(1)
