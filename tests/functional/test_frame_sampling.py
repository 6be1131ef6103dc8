from collections import Counter
from itertools import permutations

import numpy as np
import pytest

import projects_move.functional as F


def size_by_bins(uniform, fewest, num_frames):
    """Part [0, 1) into equal bins, one a size, and look where it falls."""
    sizes = list(range(fewest, num_frames + 1))
    for i, size in enumerate(sizes):
        if uniform < (i + 1) / len(sizes):
            return size


@pytest.mark.parametrize('num_frames', [1, 5, 13, 60])
def test_sizes_equal_bins(num_frames):
    rng = np.random.default_rng(0)
    uniform = rng.random((40, 3))
    fewest = rng.integers(1, num_frames + 1, (40, 1))
    sizes = F.subset_sizes(uniform, fewest, num_frames)
    assert sizes.dtype == np.int64 and sizes.shape == (40, 3)
    for row, draws, least in zip(sizes, uniform, fewest):
        assert row.tolist() == [
            size_by_bins(u, int(least[0]), num_frames) for u in draws
        ]


def test_sizes_are_uniform_with_both_ends():
    grid = (np.arange(700) + .5) / 700
    counts = Counter(F.subset_sizes(grid, np.array(4), 10).tolist())
    assert counts == dict.fromkeys(range(4, 11), 100)


@pytest.mark.parametrize('num_frames', [3, 60, 1000, 100003])
def test_largest_draw_stays_within_the_video(num_frames):
    for kind in (np.float32, np.float64):
        almost_one = np.nextafter(kind(1), kind(0))
        assert almost_one.dtype == kind
        for fewest in (1, num_frames // 2 + 1, num_frames):
            size = F.subset_sizes(almost_one, np.array(fewest), num_frames)
            assert size == num_frames


def test_no_choice_keeps_all():
    sizes = F.subset_sizes(np.linspace(0, .99, 20), np.array(8), 8)
    assert (sizes == 8).all()


def test_subsets_are_the_first_of_an_order():
    rng = np.random.default_rng(1)
    order = rng.random((6, 3, 11)).argsort(-1)
    size = rng.integers(1, 12, (6, 3))
    size[0], size[1] = 1, 11
    masks = F.draw_subsets(order, size)
    assert masks.dtype == bool
    for b in range(6):
        for v in range(3):
            kept = {t for t in range(11) if order[b, v, t] < size[b, v]}
            assert len(kept) == size[b, v]
            assert masks[b, v].tolist() == [t in kept for t in range(11)]


def test_subset_limits():
    order = np.array([[1, 0, 2], [2, 1, 0]])
    assert F.draw_subsets(order, np.array([3, 3])).all()
    assert F.draw_subsets(order,
                          np.array([1, 1])).tolist() == [[False, True, False],
                                                         [False, False, True]]


def test_every_subset_is_equally_likely():
    order = np.array(list(permutations(range(5))))
    masks = F.draw_subsets(order, np.full(120, 2))
    counts = Counter(tuple(mask.tolist()) for mask in masks)
    assert len(counts) == 10 and set(counts.values()) == {12}


def test_subsets_move_with_the_frames():
    rng = np.random.default_rng(2)
    order, size = rng.random((5, 12)).argsort(-1), np.array([1, 3, 6, 11, 12])
    moved = rng.permutation(12)
    np.testing.assert_array_equal(
        F.draw_subsets(order[:, moved], size),
        F.draw_subsets(order, size)[:, moved])


@pytest.mark.parametrize('size', [[0, 2], [2, 5]])
def test_subset_sizes_out_of_range(size):
    with pytest.raises(
            ValueError,
            match=f'keeps 1 to 4 frames, got sizes from {size[0]} to '
            f'{size[1]}'):
        F.draw_subsets(np.array([[0, 1, 2, 3]] * 2), np.array(size))
