import numpy as np
import pytest
import torch
from mmaction.registry import TRANSFORMS
from PIL import Image

from projects_move.datasets.transforms import ResizeFrames


def frames(height, width, number=2):
    return list(
        np.random.default_rng(0).integers(
            0, 255, (number, height, width, 3), dtype=np.uint8))


@pytest.mark.parametrize('size, shape, new', [
    (20, (40, 60), (20, 30)),
    (20, (61, 40), (30, 20)),
    (20, (30, 30), (20, 20)),
    ((12, 20), (40, 60), (12, 20)),
])
def test_each_frame_is_resized_by_pillow(size, shape, new):
    imgs = frames(*shape)
    step = TRANSFORMS.build(
        dict(type='ResizeFrames', size=size, interpolation='bicubic'))
    out = step(dict(imgs=imgs, img_shape=shape))
    assert out['img_shape'] == new
    for before, after in zip(imgs, out['imgs']):
        expected = Image.fromarray(before).resize(new[::-1], Image.BICUBIC)
        assert np.array_equal(after, np.asarray(expected))


def test_a_smaller_frame_has_means_of_areas():
    """Antialiasing: stripes of one pixel become grey."""
    stripes = np.zeros((64, 64, 3), dtype=np.uint8)
    stripes[:, ::2] = 200
    out = ResizeFrames(16, 'bilinear')(dict(imgs=[stripes]))['imgs'][0]
    assert abs(out.astype(int) - 100)[2:-2, 2:-2].max() <= 13


@pytest.mark.parametrize('settings, message', [
    (dict(size=0), 'size=0'),
    (dict(size=(1, 2, 3)), 'size='),
    (dict(size=8, interpolation='area'), "got interpolation='area'"),
])
def test_other_settings_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        ResizeFrames(**settings)


def test_repr_is_what_a_manifest_has():
    assert repr(ResizeFrames(248, 'bicubic')) == \
        "ResizeFrames(size=248, interpolation='bicubic')"


@pytest.mark.parametrize('kind', ['bilinear', 'bicubic'])
def test_without_antialiasing_as_torchvision(kind):
    from torchvision.transforms import InterpolationMode
    from torchvision.transforms.functional import resize
    imgs = frames(40, 60)
    out = ResizeFrames((12, 20), kind, antialias=False)(dict(imgs=imgs))
    expected = resize(
        torch.tensor(np.stack(imgs)).permute(0, 3, 1, 2), [12, 20],
        InterpolationMode(kind),
        antialias=False)
    assert np.array_equal(
        np.stack(out['imgs']),
        expected.permute(0, 2, 3, 1).numpy())
    assert 'antialias=False' in repr(ResizeFrames(12, kind, antialias=False))
