import numpy as np
import pytest

from projects_move.datasets.videos.frame_index import (draw_positions,
                                                       even_frame_indices,
                                                       frame_indices)
from projects_move.datasets.videos.video_files import VIDEOS, video_file


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


@pytest.mark.parametrize('rate, fps, expected', [
    (30, 10, list(range(0, 60, 3))),
    (30, 30, list(range(60))),
    (29.97, 29.97, list(range(60))),
    (30, 60, [i // 2 for i in range(120)]),
    (25, 10, [0, 2, 5, 7, 10, 12, 15, 17, 20, 22]),
])
def test_even_frames(rate, fps, expected):
    times = np.arange(60 if rate != 25 else 25) / rate
    for stamps in (times, np.round(times, 3), np.floor(times * 1e3) / 1e3):
        assert even_frame_indices(stamps, fps).tolist() == expected


def test_even_frames_of_a_slide_show():
    times = np.array([0, 1., 1.1, 4.])
    assert even_frame_indices(times, 1).tolist() == [0, 1, 2, 2, 3, 3, 3]
    assert even_frame_indices(np.zeros(1), 5).tolist() == [0]


@pytest.mark.parametrize('name', [
    'a.GIF', 'a.m2ts', 'a.Mts', 'a.vob', 'a.ogg', 'a.DivX', 'a.asf', 'a.f4v',
    'a.mxf', 'a.rm'
])
def test_suffixes_of_videos(name):
    assert video_file(name) == name
    assert name[name.index('.'):].lower() in VIDEOS
