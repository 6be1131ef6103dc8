import numpy as np
import pytest
from matplotlib.figure import Figure

from projects_move.visualization import plot_attention_strip, plot_class_curve


def test_class_curve_orders_by_frequency():
    ax = Figure().subplots()
    plot_class_curve(ax, [5, 90, 20], dict(A=[.1, .9, .4], B=[.2, .8, np.nan]),
                     ['rare', 'common', 'between'])
    first, second = ax.containers
    assert [bar.get_height() for bar in first] == [.9, .4, .1]
    assert [bar.get_height() for bar in second][::2] == [.8, .2]
    labels = [label.get_text() for label in ax.get_xticklabels()]
    assert labels == ['common', 'between', 'rare']


def test_class_curve_of_many_classes_has_no_names():
    ax = Figure().subplots()
    plot_class_curve(ax, range(1, 51), dict(A=np.ones(50)), ['x'] * 50)
    assert ax.get_xlabel() == 'classes, by training videos'


def test_attention_strip_draws_attention_and_frames():
    ax = Figure().subplots()
    attention = np.array([.1, .5, .4])
    images = [np.full((4, 6, 3), value, np.uint8) for value in (0, 9, 200)]
    plot_attention_strip(ax, attention, images, 'title')
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), attention)
    strip = ax.child_axes[0].images[0].get_array()
    assert strip.shape == (4, 18, 3) and strip[0, -1, 0] == 200
    assert ax.get_title(loc='left') == 'title'


@pytest.mark.parametrize('methods', [1, 3])
def test_a_legend_names_every_method(methods):
    ax = Figure().subplots()
    ap = {f'm{i}': [.1, .2] for i in range(methods)}
    plot_class_curve(ax, [3, 2], ap, ['a', 'b'])
    texts = [text.get_text() for text in ax.get_legend().get_texts()]
    assert texts == [*ap, 'training videos']
