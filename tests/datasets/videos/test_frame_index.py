import numpy as np
import pytest

from projects_move.datasets.videos.frame_index import (draw_positions,
                                                       frame_indices)


def test_uniform_and_all_cover_both_ends():
    assert frame_indices(7, 3, 'uniform').tolist() == [0, 3, 6]
    assert frame_indices(1, 4, 'uniform').tolist() == [0, 0, 0, 0]
    assert frame_indices(4, None, 'all').tolist() == [0, 1, 2, 3]


def test_random_is_sorted_with_replacement():
    index = frame_indices(5, 60, 'random', draw_positions(60))
    assert (np.diff(index) >= 0).all() and (np.diff(index) == 0).any()
    assert set(index) == set(range(5))


@pytest.mark.parametrize('total', [1, 8, 500])
def test_random_stays_inside(total):
    index = frame_indices(total, 200, 'random', draw_positions(200))
    assert index.min() >= 0 and index.max() < total
    last = np.nextafter(1, 0, dtype=np.float64)
    assert frame_indices(total, 1, 'random', np.array([last])) == total - 1


def test_a_batch_draws_the_numbers_of_its_videos():
    np.random.seed(3)
    together = draw_positions(5, 4)
    np.random.seed(3)
    assert np.array_equal(together, [draw_positions(5) for _ in range(4)])
