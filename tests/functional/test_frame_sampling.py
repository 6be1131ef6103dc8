from collections import Counter
from itertools import permutations

import pytest
import torch

import projects_move.functional as F


def size_by_bins(uniform, fewest, num_frames):
    """Part [0, 1) into equal bins, one a size, and look where it falls."""
    sizes = list(range(fewest, num_frames + 1))
    for i, size in enumerate(sizes):
        if uniform < (i + 1) / len(sizes):
            return size


@pytest.mark.parametrize('num_frames', [1, 5, 13, 60])
def test_sizes_equal_bins(num_frames):
    torch.manual_seed(0)
    uniform = torch.rand(40, 3, dtype=torch.float64)
    fewest = torch.randint(1, num_frames + 1, (40, 1))
    sizes = F.subset_sizes(uniform, fewest, num_frames)
    assert sizes.dtype == torch.int64 and sizes.shape == (40, 3)
    for row, draws, least in zip(sizes, uniform, fewest):
        assert row.tolist() == [
            size_by_bins(u, int(least), num_frames) for u in draws
        ]


def test_sizes_are_uniform_with_both_ends():
    grid = (torch.arange(700, dtype=torch.float64) + .5) / 700
    counts = Counter(F.subset_sizes(grid, torch.tensor(4), 10).tolist())
    assert counts == dict.fromkeys(range(4, 11), 100)


@pytest.mark.parametrize('num_frames', [3, 60, 1000, 100003])
def test_largest_draw_stays_within_the_video(num_frames):
    almost_one = torch.tensor(1.).nextafter(torch.tensor(0.))
    for fewest in (1, num_frames // 2 + 1, num_frames):
        size = F.subset_sizes(almost_one, torch.tensor(fewest), num_frames)
        assert size == num_frames


def test_no_choice_keeps_all():
    sizes = F.subset_sizes(torch.rand(20), torch.tensor(8), 8)
    assert (sizes == 8).all()


def test_subsets_equal_sorting():
    torch.manual_seed(1)
    scores = torch.rand(6, 3, 11)
    size = torch.randint(1, 12, (6, 3))
    size[0], size[1] = 1, 11
    masks = F.draw_subsets(scores, size)
    assert masks.dtype == torch.bool
    for b in range(6):
        for v in range(3):
            order = sorted(range(11), key=lambda t: float(scores[b, v, t]))
            kept = set(order[:int(size[b, v])])
            assert masks[b, v].tolist() == [t in kept for t in range(11)]


def test_subset_limits():
    scores = torch.tensor([[.5, .2, .9], [.5, .2, .1]])
    assert F.draw_subsets(scores, torch.tensor([3, 3])).all()
    assert F.draw_subsets(scores,
                          torch.tensor([1,
                                        1])).tolist() == [[False, True, False],
                                                          [False, False, True]]


def test_equal_scores_still_keep_the_size():
    masks = F.draw_subsets(torch.zeros(4, 9), torch.tensor([1, 4, 8, 9]))
    assert masks.sum(1).tolist() == [1, 4, 8, 9]


def test_every_subset_is_equally_likely():
    scores = torch.tensor(list(permutations([.1, .2, .3, .4, .5])))
    masks = F.draw_subsets(scores, torch.full((120, ), 2))
    counts = Counter(tuple(mask.tolist()) for mask in masks)
    assert len(counts) == 10 and set(counts.values()) == {12}


def test_subsets_move_with_the_frames():
    torch.manual_seed(2)
    scores, size = torch.rand(5, 12), torch.tensor([1, 3, 6, 11, 12])
    order = torch.randperm(12)
    assert torch.equal(
        F.draw_subsets(scores[:, order], size),
        F.draw_subsets(scores, size)[:, order])


@pytest.mark.parametrize('size', [[0, 2], [2, 5]])
def test_subset_sizes_out_of_range(size):
    with pytest.raises(
            ValueError,
            match=f'keeps 1 to 4 frames, got sizes from {size[0]} to '
            f'{size[1]}'):
        F.draw_subsets(torch.rand(2, 4), torch.tensor(size))
