import numpy as np
import pytest

from projects_move.datasets.videos.frame_index import sample_frames


def test_uniform_covers_both_ends():
    assert sample_frames(7, 3, 'uniform').tolist() == [0, 3, 6]
    assert sample_frames(1, 4, 'uniform').tolist() == [0, 0, 0, 0]


def test_random_is_sorted_with_replacement():
    index = sample_frames(5, 60, 'random')
    assert (np.diff(index) >= 0).all() and (np.diff(index) == 0).any()
    assert set(index) == set(range(5))


def test_all():
    assert sample_frames(4, None, 'all').tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize('total', [1, 8, 500])
def test_random_stays_inside(total):
    index = sample_frames(total, 200, 'random')
    assert index.min() >= 0 and index.max() < total
