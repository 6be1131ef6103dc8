"""Attention, adjacency and overlay over the frames of a video; embedding."""
import av
import numpy as np
import pytest

from projects_move import visualization as vis
from projects_move.errors import InputError
from projects_move.visualization import styled_figure
from projects_move.visualization.attention_video import write_overlay
from tests.datasets.videos.encoding import number_of, picture

ATTENTION = np.array([[.1, .5, .4], [.3, .3, .4]])


def test_attention_of_heads_and_their_mean():
    images = [np.full((4, 6, 3), value, np.uint8) for value in (0, 9, 200)]
    with styled_figure() as axes:
        ax = axes[0, 0]
        vis.plot_attention_strip(ax, ATTENTION, images, 'a$', [0, .5, 2.],
                                 'time in s')
        first, second, mean = (line.get_ydata() for line in ax.lines)
        assert list(ax.lines[2].get_xdata()) == [0, .5, 2]
        strip = ax.child_axes[0].images[0].get_array()
        assert ax.get_title(loc='left') == r'a\$'
        assert ax.get_xlim() == (0, 2)
    np.testing.assert_array_equal([first, second], ATTENTION)
    np.testing.assert_allclose(mean, [.2, .4, .4])
    assert strip.shape == (4, 18, 3) and strip[0, -1, 0] == 200


def test_one_head_and_one_frame():
    with styled_figure(rows=2) as axes:
        vis.plot_attention_strip(axes[0, 0], [1.])
        assert len(axes[0, 0].lines) == 1
        vis.plot_adjacency(axes[1, 0], np.ones((1, 3)) / 3)


def test_adjacency_of_the_largest_clusters():
    adjacency = np.array([[.1, .6, .3, 0], [.7, .1, .2, 0], [.6, .1, .3, 0]])
    with styled_figure() as axes:
        ax = axes[0, 0]
        vis.plot_adjacency(ax, adjacency, [0, 1, 3], max_clusters=2)
        mesh = ax.collections[0]
        np.testing.assert_allclose(
            np.asarray(mesh.get_array()).reshape(2, 3), adjacency[:, [1, 0]].T)
        labels = [label.get_text() for label in ax.get_yticklabels()]
        assert labels == ['1', '0']  # by the frame of their maximum
        assert '2 of 4 clusters, with 73% of' in ax.get_title(loc='left')
        edges = mesh.get_coordinates()[0, :, 0]
        assert edges.tolist() == [0, .5, 2, 3]


def test_overlay_has_the_frames_and_times_of_the_video(tmp_path):
    size = 330, 99  # odd, and wide enough to stay as it is
    times = [0, .04, .08, .5, .5, 1.2]
    values = np.array([0, 1, .5, .25, .1, 0])
    path = tmp_path / 'a.mp4'
    write_overlay(path, (picture(i, size) for i in range(6)), times, values)
    with av.open(str(path)) as file:
        frames = list(file.decode(video=0))
    found = [float(frame.pts * frame.time_base) for frame in frames]
    assert found == pytest.approx(times, abs=1e-3)
    images = [frame.to_ndarray(format='rgb24') for frame in frames]
    assert images[0].shape == (98 + 40, 330, 3)
    assert [number_of(image[:98]) for image in images] == list(range(6))
    border = [image[1:3, 20:300].mean() for image in images]
    assert np.argmax(border) == 1 and border[2] > border[3] > border[5]


def test_small_frames_are_enlarged(tmp_path):
    write_overlay(tmp_path / 'a.mp4', [np.zeros((20, 40, 3), np.uint8)], [0.],
                  [0.])
    with av.open(str(tmp_path / 'a.mp4')) as file:
        frame, = file.decode(video=0)
        assert (frame.width, frame.height) == (320, 200)


def test_overlay_of_another_format(tmp_path):
    with pytest.raises(InputError, match='ends in .mp4'):
        write_overlay(tmp_path / 'a.gif', [], [], [])
    assert not list(tmp_path.iterdir())


def test_principal_components_are_those_of_the_covariance():
    x = np.random.default_rng(0).normal(size=(30, 5)) * [5, 3, 1, .5, .1]
    found = vis.principal_components(x)
    values, vectors = np.linalg.eigh(np.cov(x.T))
    np.testing.assert_allclose(
        np.abs((found.axes * vectors.T[::-1][:2]).sum(1)), 1)
    np.testing.assert_allclose(found.share, values[::-1][:2] / values.sum())
    points = found.project(x)
    np.testing.assert_allclose(points.var(0, ddof=1), values[::-1][:2])
    assert (found.axes[[0, 1], np.abs(found.axes).argmax(1)] > 0).all()


def test_embedding():
    points = np.arange(8.).reshape(4, 2)
    with styled_figure() as axes:
        ax = axes[0, 0]
        vis.plot_embedding(
            ax, points, [0, 1, 0, 1], ['a', 'b'], share=[.5, .25])
        drawn = [each.get_offsets().tolist() for each in ax.collections]
        assert drawn == [[[0, 1], [4, 5]], [[2, 3], [6, 7]]]
        assert ax.get_xlabel().endswith('1 (50% of variance)')


def test_confidence():
    confidence = vis.ClassConfidence(
        np.array([.5, .8, np.nan]), np.array([.6, np.nan, np.nan]))
    np.testing.assert_allclose(confidence.difference, [-.2, np.nan, np.nan])
    with styled_figure(columns=2) as axes:
        left, right = axes[0]
        vis.plot_confidence(left, confidence, [2, 9, 0], ['a', 'b', 'c'],
                            ['tail', 'head', 'tail'], 'A$')
        original, interpolated = (line.get_ydata() for line in left.lines)
        np.testing.assert_array_equal(original, [.8, .5, np.nan])
        np.testing.assert_array_equal(interpolated, [np.nan, .6, np.nan])
        vis.plot_confidence_difference(right, dict(A=confidence), [2, 9, 0])
        np.testing.assert_allclose(right.lines[0].get_ydata(),
                                   [np.nan, -.2, np.nan])
