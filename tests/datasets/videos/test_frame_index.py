from fractions import Fraction

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


@pytest.mark.parametrize('mode', ['random', 'random_segments'])
def test_a_batch_draws_the_numbers_of_its_videos(mode):
    np.random.seed(3)
    together = draw_positions(5, 4, mode=mode)
    np.random.seed(3)
    alone = [draw_positions(5, mode=mode) for _ in range(4)]
    assert np.array_equal(together, alone)


SIZES = [(7, 3), (12, 3), (9, 8), (61, 60), (88, 60), (500, 7), (1000, 999)]


@pytest.mark.parametrize('total, num_frames', SIZES)
def test_segments_take_the_frame_at_their_centre(total, num_frames):
    index = frame_indices(total, num_frames, 'segments').tolist()
    assert len(index) == len(set(index)) == num_frames
    for i, frame in enumerate(index):
        centre = Fraction(2 * i + 1, 2) * total / num_frames
        assert frame <= centre <= frame + 1


@pytest.mark.parametrize('total, num_frames', SIZES[:6])
def test_random_segments_stay_inside_and_reach_both_ends(total, num_frames):
    shares = np.linspace(0, 1 - 1e-9, 200)
    index = np.array([
        frame_indices(total, num_frames, 'random_segments',
                      np.full(num_frames, share)) for share in shares
    ])
    assert index.dtype == np.int64 and (np.diff(index) >= 0).all()
    for i, frames in enumerate(index.T):
        start = Fraction(i * total, num_frames)
        stop = Fraction((i + 1) * total, num_frames)
        expected = range(int(start), int(stop) + (stop > int(stop)))
        assert set(frames.tolist()) == set(expected)


def test_random_segments_end_at_the_last_frame():
    last = np.full(60, np.nextafter(1, 0))
    for total in range(61, 400):
        index = frame_indices(total, 60, 'random_segments', last)
        assert index[-1] == total - 1 and (np.diff(index) >= 0).all()


@pytest.mark.parametrize('mode', ['segments', 'random_segments'])
@pytest.mark.parametrize('total', [1, 2, 59, 60])
def test_at_most_so_many_frames_are_taken_once_each(total, mode):
    positions = draw_positions(60, mode=mode)
    index = frame_indices(total, 60, mode, positions)
    assert index.tolist() == list(range(total))


@pytest.mark.parametrize('mode', ['random', 'random_segments'])
def test_positions_are_sorted_where_they_are_those_of_the_video(mode):
    positions = draw_positions(50, 3, mode=mode)
    assert positions.shape == (3, 50)
    assert positions.min() >= 0 and positions.max() < 1
    assert (np.diff(positions) >= 0).all() == (mode == 'random')


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
