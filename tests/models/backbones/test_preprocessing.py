"""Preprocessing of the libraries, beside their own transforms."""
import numpy as np
import pytest
import timm
import torch
import torchvision
from mmaction.registry import MODELS, TRANSFORMS
from mmengine.dataset import Compose
from PIL import Image

from projects_move.errors import InputError
from projects_move.models.backbones import Preprocessing, require_preprocessing
from tests.models.backbones.library_models import (timm_config,
                                                   torchvision_config)

TIMM = 'vit_base_patch16_clip_quickgelu_224.openai'


def image(height=300, width=420):
    """Smooth noise, in which an interpolation shows."""
    noise = np.random.default_rng(0).integers(
        0, 255, (height // 6, width // 6, 3), dtype=np.uint8)
    return np.asarray(Image.fromarray(noise).resize((width, height)))


def our_pixels(preprocessing, frame):
    """Frame by the transforms and the data preprocessor of a config."""
    results = Compose(
        [TRANSFORMS.build(step) for step in preprocessing.transforms()])(
            dict(imgs=[frame], img_shape=frame.shape[:2], modality='RGB'))
    assert results['imgs'][0].shape == (*preprocessing.crop, 3)
    preprocessor = MODELS.build(preprocessing.data_preprocessor(clips=False))
    pixels = torch.from_numpy(results['imgs'][0].copy()).permute(2, 0, 1)
    return preprocessor(dict(inputs=[pixels[None]],
                             data_samples=[None]))['inputs'][0, 0]


def assert_same_pixels(ours, theirs):
    """Equal, which pixels beside each other are not."""
    torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-5)
    for axis in (1, 2):
        assert (ours - theirs.roll(1, axis)).abs().max() > .1


@pytest.mark.parametrize('size', [(300, 421), (423, 300), (256, 320)])
@pytest.mark.parametrize('name', [
    TIMM, 'convnext_tiny.in12k_ft_in1k', 'vit_base_patch16_siglip_224.webli',
    'vit_small_patch14_dinov2.lvd142m'
])
def test_pixels_of_timm(name, size):
    with torch.device('meta'):
        backbone = MODELS.build(dict(type='TimmBackbone', name=name))
        model = timm.create_model(name)
    frame = image(*size)
    config = timm.data.resolve_model_data_config(model)
    transform = timm.data.create_transform(**config, is_training=False)
    assert_same_pixels(
        our_pixels(backbone.preprocessing, frame),
        transform(Image.fromarray(frame)))


@pytest.mark.parametrize('size', [(300, 421), (423, 300)])
@pytest.mark.parametrize('name', ['swin_t', 'vit_b_16', 'efficientnet_b0'])
def test_pixels_of_torchvision(name, size):
    with torch.device('meta'):
        backbone = MODELS.build(dict(type='TorchvisionBackbone', name=name))
    frame = image(*size)
    weights = torchvision.models.get_model_weights(name).DEFAULT
    assert_same_pixels(
        our_pixels(backbone.preprocessing, frame),
        weights.transforms()(Image.fromarray(frame)))


@pytest.mark.parametrize('size', [(300, 420), (420, 300), (96, 96)])
def test_pixels_of_efficientnet_lite0(size):
    """Mean, deviation, side, margin and filter in the code that the weights
    were published with."""
    with torch.device('meta'):
        backbone = MODELS.build(dict(type='EfficientNetLite0Backbone'))
    frame, side, margin = image(*size), 224, 32
    scale = (side + margin) / min(size)
    height, width = (round(length * scale) for length in size)
    scaled = np.asarray(
        Image.fromarray(frame).resize((width, height), Image.BICUBIC))
    top, left = (height - side) // 2, (width - side) // 2
    pixels = torch.from_numpy(scaled[top:top + side, left:left +
                                     side].copy()).permute(2, 0, 1)
    assert_same_pixels(
        our_pixels(backbone.preprocessing, frame),
        (pixels.float() - 127) / 128)


def test_frames_of_a_video_model_of_torchvision():
    with torch.device('meta'):
        backbone = MODELS.build(
            dict(type='TorchvisionBackbone', name='r3d_18'))
    assert backbone.preprocessing.resize == (128, 171)
    assert backbone.preprocessing.crop == (112, 112)
    assert backbone.preprocessing.data_preprocessor(
        True)['format_shape'] == 'NCTHW'


def recognizer(backbone, preprocessor):
    return MODELS.build(
        dict(
            type='MOVERecognizer',
            backbone=backbone,
            data_preprocessor=dict(
                type='ActionDataPreprocessor',
                format_shape='NCHW',
                **preprocessor)))


HALF = dict(mean=[127.5] * 3, std=[127.5] * 3)
IMAGENET = dict(mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375])


@pytest.mark.parametrize('preprocessor, message', [
    (HALF, r'expected mean=\[123.675, 116.28, 103.53\], as the weights of '
     r'timm/convnext_atto need it, found mean=\[127.5, 127.5, 127.5\]'),
    (dict(IMAGENET, std=[57.] * 3), r'expected std=\[58.395.*found std=\[57'),
    (dict(), 'found mean=None'),
    (dict(IMAGENET, to_rgb=True), 'expected to_rgb=False'),
])
def test_another_data_preprocessor_is_refused(preprocessor, message):
    backbone = dict(type='timm/convnext_atto')
    with pytest.raises(InputError, match=message):
        recognizer(backbone, preprocessor)
    recognizer(dict(backbone, weights=None), preprocessor)  # nothing to fit
    assert recognizer(backbone, IMAGENET).backbone.preprocessing


def test_backbones_without_a_preprocessing_are_not_checked():
    module = torch.nn.Identity()
    require_preprocessing(module, module)
    module.preprocessing = Preprocessing((.5, ), (.5, ), 8, (8, 8))
    module.mean, module.std = torch.tensor([127.5]), torch.tensor([127.9])
    require_preprocessing(module, module)
    module.std += 1
    with pytest.raises(InputError, match='weights of Identity'):
        require_preprocessing(module, module)


def test_is_known_with_weights_only():
    assert MODELS.build(timm_config('resnet10t')).preprocessing is None
    assert MODELS.build(torchvision_config('resnet18')).preprocessing is None
