from collections import Counter
from itertools import permutations

import numpy as np
import pytest

import projects_move.functional as F


def size_by_bins(uniform, min_size, num_frames):
    """Part [0, 1) into equal bins, one a size, the largest first, and look
    where it falls."""
    sizes = list(range(min_size, num_frames + 1))[::-1]
    for i, size in enumerate(sizes):
        if uniform < (i + 1) / len(sizes):
            return size


@pytest.mark.parametrize('num_frames', [1, 5, 13, 60])
def test_sizes_equal_bins(num_frames):
    rng = np.random.default_rng(0)
    order = rng.random((40, 3, num_frames)).argsort(-1)
    uniform = rng.random((40, 3))
    min_size = rng.integers(1, num_frames + 1, 40)
    masks = F.subset_masks(order, uniform, min_size)
    assert masks.dtype == bool and masks.shape == (40, 3, num_frames)
    for mask, places, draws, least in zip(masks, order, uniform, min_size):
        for v in range(3):
            size = size_by_bins(draws[v], int(least), num_frames)
            kept = set(places[v].argsort()[num_frames - size:].tolist())
            assert mask[v].tolist() == [t in kept for t in range(num_frames)]


def sizes_of(uniform, min_size, num_frames):
    order = np.random.random((len(uniform), num_frames)).argsort(-1)
    masks = F.subset_masks(order, uniform, np.array(min_size))
    return masks.sum(-1)


def test_sizes_are_uniform_with_both_ends():
    sizes = sizes_of((np.arange(700) + .5) / 700, 4, 10)
    assert Counter(sizes.tolist()) == dict.fromkeys(range(4, 11), 100)


def test_draws_where_two_sizes_meet():
    assert sizes_of(np.arange(8) / 8, 3, 10).tolist() == [*range(10, 2, -1)]


@pytest.mark.parametrize('num_frames', [3, 60, 1000, 100003])
def test_ends_of_the_draws_stay_within_the_video(num_frames):
    for kind in (np.float32, np.float64):
        ends = np.array([0, np.nextafter(kind(1), kind(0))], kind)
        for min_size in (1, num_frames // 2 + 1, num_frames):
            sizes = sizes_of(ends, min_size, num_frames)
            assert sizes.tolist() == [num_frames, min_size]


def test_no_choice_keeps_all():
    assert (sizes_of(np.linspace(0, .99, 20), 8, 8) == 8).all()


def test_every_subset_is_equally_likely():
    order = np.array(list(permutations(range(5))))
    masks = F.subset_masks(order, np.full(120, .99), np.array(2))
    counts = Counter(tuple(mask.tolist()) for mask in masks)
    assert len(counts) == 10 and set(counts.values()) == {12}
    assert {sum(mask) for mask in counts} == {2}


def test_subsets_move_with_the_frames():
    rng = np.random.default_rng(2)
    order, min_size = rng.random((5, 12)).argsort(-1), np.array(3)
    uniform, moved = rng.random(5), rng.permutation(12)
    np.testing.assert_array_equal(
        F.subset_masks(order[:, moved], uniform, min_size),
        F.subset_masks(order, uniform, min_size)[:, moved])


@pytest.mark.parametrize('min_size', [[0, 2], [2, 5], [0, 0], [5, 5]])
def test_sizes_out_of_range(min_size):
    order, uniform = np.array([[[0, 1, 2, 3]]] * 2), np.zeros((2, 1))
    message = ('keeps 1 to 4 frames, got smallest sizes from '
               f'{min_size[0]} to {min_size[1]}')
    with pytest.raises(ValueError, match=message):
        F.subset_masks(order, uniform, np.array(min_size))
    if min_size[0] == min_size[1]:  # of one video
        with pytest.raises(ValueError, match=message):
            F.subset_masks(order[0], uniform[0], np.array(min_size)[0])


def test_no_videos():
    order = np.empty((0, 3, 7), np.int64)
    assert F.subset_masks(order, order[..., 0], order[:, 0,
                                                      0]).shape == (0, 3, 7)
