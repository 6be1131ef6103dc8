import numpy as np
import pytest
import torch
import torch.nn.functional as F

from projects_move.models.backbones.random_filters import (RandomFilterNet,
                                                           draw_filters)


def test_features_are_the_equation():
    net = RandomFilterNet(6, kernel_size=5, stride=3, threshold=0.7, seed=3)
    images = torch.randn(4, 3, 17, 23) * torch.arange(1., 5).view(4, 1, 1, 1)
    found = net(images)
    assert found.shape == (4, net.out_channels, 1, 1)
    for n, image in enumerate(images):
        maps = F.conv2d(image[None], net.filters, stride=3)[0]
        for c, one in enumerate(maps.numpy()):
            scores = (one - one.mean()) / one.std() - 0.7
            scores[scores < 0] = 0
            np.testing.assert_allclose(
                found[n, [c, 6 + c], 0, 0],
                [scores.mean(), scores.max()],
                rtol=1e-4,
                atol=1e-5)


def test_brightness_and_contrast_change_nothing():
    net = RandomFilterNet(8)
    images = torch.rand(3, 3, 32, 40)
    torch.testing.assert_close(
        net(images), net(images * 57 + 12), rtol=1e-3, atol=1e-4)


def test_a_plain_image_has_no_features():
    found = RandomFilterNet(4)(torch.full((2, 3, 20, 20), 9.))
    assert found.isfinite().all() and found.abs().max() < 1


def test_filters_come_from_the_seed_and_are_in_the_checkpoint():
    one, same, other = (RandomFilterNet(5, seed=s) for s in (1, 1, 2))
    assert torch.equal(one.filters, same.filters)
    assert not torch.equal(one.filters, other.filters)
    other.load_state_dict(one.state_dict())
    assert torch.equal(one.filters, other.filters)
    assert not list(one.parameters())


def test_filters_have_norm_one_and_half_are_blind_to_plain_colour():
    filters = draw_filters(6, 7, 1.2, 0)
    np.testing.assert_allclose((filters**2).sum((1, 2, 3)), 1)
    sums = np.abs(filters.sum((2, 3))).max(1)
    assert sums[::2].max() < 1e-12 < 1e-3 < sums[1::2].min()


def test_small_images_are_refused():
    with pytest.raises(ValueError, match='at least 9 x 9 pixels, got 8 x 30'):
        RandomFilterNet(4)(torch.rand(1, 3, 8, 30))
