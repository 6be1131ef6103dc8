"""Pictures with a place for each class."""
import numpy as np
import pytest

from projects_move import visualization as vis
from projects_move.errors import InputError
from projects_move.visualization import styled_figure
from projects_move.visualization.group_bars import mean_and_spread

COUNTS = [5, 90, 20, 90, 0]
NAMES = ['rare', 'common', 'a$b', '_also', 'new']
GROUPS = ['tail', 'head', 'medium', 'head', 'tail']
ORDER = ['common', ' _also', r'a\$b', 'rare', 'new']


@pytest.fixture
def ax():
    with styled_figure() as axes:
        yield axes[0, 0]


def ticks(ax):
    return [label.get_text() for label in ax.get_xticklabels()]


def heights(container):
    return [bar.get_height() for bar in container]


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_frequency(ax):
    vis.plot_class_frequency(ax, COUNTS, NAMES, GROUPS)
    assert ticks(ax) == ORDER and ax.get_yscale() == 'log'
    bars, = ax.containers
    tops = [bar.get_y() + bar.get_height() for bar in bars]
    assert tops == [90, 90, 20, 5]
    assert texts(ax) == ['head', 'medium', 'tail']
    shades = [patch.get_extents() for patch in ax.patches[4:]]
    assert len(shades) == 3
    title = ax.get_title(loc='left')
    assert 'imbalance 18 : 1' in title
    assert '1 without training videos' in title


def test_frequency_of_nothing(ax):
    with pytest.raises(InputError, match='no class has training videos'):
        vis.plot_class_frequency(ax, [0, 0], ['a', 'b'])


def test_curve_orders_by_frequency(ax):
    ap = dict(A=[.1, .9, .4, .8, np.nan], B=[.2, .8, np.nan, .7, .1])
    vis.plot_class_curve(ax, COUNTS, ap, NAMES)
    first, second = ax.containers
    assert heights(first)[:4] == [.9, .8, .4, .1]
    assert [heights(second)[i] for i in (0, 1, 3, 4)] == [.8, .7, .2, .1]
    assert ticks(ax) == ORDER
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels == ['A', 'B', 'training videos']


def test_many_classes_have_no_names(ax):
    vis.plot_class_curve(ax, range(1, 51), dict(A=np.ones(50)), ['x'] * 50)
    assert ax.get_xlabel() == '50 classes, most frequent first'


def test_names_need_room():
    with styled_figure('column', 1, 3) as axes:
        vis.plot_class_frequency(axes[0, 0], range(1, 31), ['x'] * 30)
        assert axes[0, 0].get_xlabel() == '30 classes, most frequent first'
    with styled_figure('page') as axes:
        vis.plot_class_frequency(axes[0, 0], range(1, 31), ['x'] * 30)
        assert ticks(axes[0, 0]) == ['x'] * 30


def test_smoothing_equals_its_definition():
    counts, values = [1, 10, 10, 300, 4], [.1, .5, .7, .9, np.nan]
    x, y = vis.smooth_over_frequency(counts, values, .3, 7)
    assert x[0] == pytest.approx(1) and x[-1] == pytest.approx(300)
    for place, smoothed in zip(x, y):
        total = norm = 0
        for count, value in zip(counts[:4], values[:4]):
            distance = np.log10(place / count) / .3
            weight = np.exp(-distance**2 / 2)
            total += weight * value
            norm += weight
        assert smoothed == pytest.approx(total / norm)
    for part in vis.smooth_over_frequency([3, 4], [np.nan] * 2):
        assert part.shape == (0, )


def test_frequency_curve(ax):
    vis.plot_frequency_curve(ax, COUNTS,
                             dict(A=[.1, .9, .4, .8, .3], B=[np.nan] * 5),
                             'accuracy')
    points = ax.collections[0].get_offsets()
    assert points[:4].tolist() == [[5, .1], [90, .9], [20, .4], [90, .8]]
    assert points[4, 0] < 1  # has no place on the log scale
    assert '0 ' in texts(ax)
    assert ax.get_ylabel() == 'accuracy' and ax.get_ylim()[0] == 0


def test_difference(ax):
    difference = [.1, -.2, 0, np.nan, .05]
    vis.plot_class_difference(ax, COUNTS, difference, NAMES, GROUPS, 'gain')
    gains, losses = ax.containers
    assert heights(gains) == [0, 0, 0, .1, .05]
    assert heights(losses) == [-.2, 0, 0, 0, 0]
    assert ax.get_title(loc='left') == (
        '2 classes gain, 1 lose, 1 are equal, 1 without test videos')
    low, high = ax.get_ylim()
    assert low == -high


def test_winners_and_losers(ax):
    difference = [.1, -.2, 0, np.nan, .05, -.3]
    assert vis.winners_and_losers(difference, 1) == ([0], [5])
    assert vis.winners_and_losers(difference, 9) == ([0, 4], [5, 1])
    assert vis.winners_and_losers([0, np.nan]) == ([], [])
    vis.plot_winners_and_losers(ax, difference, [*COUNTS, 3],
                                [*NAMES, 'x' * 99], 2)
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert labels[:3] == ['rare (5)', 'new (0)', 'common (90)']
    assert '…' in labels[3] and labels[3].endswith(' (3)') and len(
        labels[3]) < 40
    assert texts(ax) == ['+0.100', '+0.050', '-0.200', '-0.300']


def test_nothing_wins(ax):
    vis.plot_winners_and_losers(ax, [0., np.nan], [1, 2], ['a', 'b'])
    vis.plot_class_difference(ax, [1, 2], [np.nan, np.nan])


def test_spread():
    values = [.1, .4, .7, .6]
    mean, deviation = mean_and_spread(values)
    assert mean == pytest.approx(.45)
    assert deviation == pytest.approx((sum(
        (each - .45)**2 for each in values) / 3)**.5)
    assert mean_and_spread(values, True)[1] == pytest.approx(deviation / 2)
    assert np.isnan(mean_and_spread([.3])[1])
    assert np.isnan(mean_and_spread([])).all()


def test_group_bars(ax):
    vis.plot_group_bars(
        ax,
        dict(
            A=dict(all=[.5, .7], tail=[.2, .4]),
            B=dict(all=[.6, .6], head=[.9, 1.])))
    assert ticks(ax) == ['all', 'tail', 'head']
    bars = [each for each in ax.containers if hasattr(each, 'patches')]
    assert heights(bars[0])[:2] == pytest.approx([.6, .3])
    assert heights(bars[1])[0] == pytest.approx(.6)
    assert heights(bars[1])[2] == pytest.approx(.95)
    seeds = [line.get_ydata() for line in ax.lines
             if line.get_marker() == '.']  # yapf: disable
    assert [list(each) for each in seeds] == [[.5, .7], [.2, .4], [.6, .6],
                                              [.9, 1.]]


def test_group_bars_of_one_seed_have_no_error(ax):
    vis.plot_group_bars(ax, dict(A=dict(all=[.5], tail=[.2])))
    assert not ax.lines and len(ax.containers) == 1


def test_training_curves(ax):
    curves = dict(all=([1, 2], [.3, .5]), tail=([1, 2], [.1, .2]))
    vis.plot_training_curves(ax, curves)
    assert [list(line.get_ydata()) for line in ax.lines] == [[.3, .5],
                                                             [.1, .2]]
    assert [text.get_text()
            for text in ax.get_legend().get_texts()] == ['all', 'tail']
