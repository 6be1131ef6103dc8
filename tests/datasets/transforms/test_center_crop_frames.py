import numpy as np
import pytest
import torch
from mmaction.registry import TRANSFORMS
from torchvision.transforms.functional import center_crop

from projects_move.errors import InputError


@pytest.mark.parametrize('height', range(8, 14))
@pytest.mark.parametrize('size, sides', [(8, (8, 8)), ((5, 7), (7, 5))])
def test_is_that_of_torchvision(height, size, sides):
    frame = np.random.default_rng(0).integers(
        0, 255, (height, 15, 3), dtype=np.uint8)
    out = TRANSFORMS.build(dict(type='CenterCropFrames', crop_size=size))(
        dict(imgs=[frame, frame + 1]))
    expected = center_crop(torch.tensor(frame).permute(2, 0, 1), sides)
    assert np.array_equal(out['imgs'][0], expected.permute(1, 2, 0).numpy())
    assert np.array_equal(out['imgs'][1], out['imgs'][0] + 1)
    assert out['img_shape'] == sides


def test_smaller_frames_are_refused():
    step = TRANSFORMS.build(dict(type='CenterCropFrames', crop_size=8))
    with pytest.raises(InputError, match='at least 8 x 8 pixels, got 9 x 7'):
        step(dict(imgs=[np.zeros((7, 9, 3), np.uint8)]))
