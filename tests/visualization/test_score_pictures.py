"""Precision-recall curves and reliability diagrams."""
import numpy as np
import pytest
import torch

from projects_move import functional as F
from projects_move import visualization as vis
from projects_move.errors import InputError
from projects_move.evaluation import LongTailMetric
from projects_move.visualization import styled_figure

N, S = 60, 5
COUNTS = torch.tensor([50, 30, 9, 4, 2])


def test_precision_is_that_of_average_precision():
    rng = np.random.default_rng(0)
    scores = rng.integers(0, 9, N) / 8  # with ties
    is_label = rng.random(N) < .3
    recall, precision = vis.precision_recall(scores, is_label)
    expected = F.average_precision(
        torch.from_numpy(scores)[:, None],
        torch.from_numpy(is_label)[:, None].int())
    assert precision.mean() == pytest.approx(expected.item())
    assert recall[-1] == 1 and len(recall) == is_label.sum()
    assert (np.diff(recall) > 0).all()


def test_area_below_the_drawn_steps_is_average_precision():
    rng = np.random.default_rng(1)
    curve = vis.precision_recall(rng.random(N), rng.random(N) < .4)
    with styled_figure() as axes:
        ax = axes[0, 0]
        vis.plot_precision_recall(
            ax, {
                'a$': curve,
                'b': vis.precision_recall(rng.random(3), np.zeros(3))
            })
        line = ax.lines[0]
        assert line.get_drawstyle() == 'steps-pre'
        x, y = line.get_data()
        labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert (np.diff(x) * y[1:]).sum() == pytest.approx(curve[1].mean())
    assert labels == [rf'a\$: AP {curve[1].mean():.3f}', 'b: no test videos']


@pytest.mark.parametrize('several_labels', [False, True])
def test_errors_are_those_of_the_metric(several_labels):
    """Float32 scores at the borders of the bins, too."""
    scores = torch.rand(N, S).softmax(1)
    scores[::7] = torch.tensor([0., 1 / 15, 2 / 15, 1 / 3, 1.])
    label = torch.randint(0, S - 1, (N, ))
    target = torch.eye(S, dtype=torch.int)[label]
    if several_labels:
        target[::3, 1] = 1
    metric = LongTailMetric(class_counts=COUNTS)
    expected = metric.evaluate_scores(scores, target)
    found = vis.reliability(scores.numpy(), target.nonzero().numpy())
    assert found.several_labels == several_labels
    assert found.error() == pytest.approx(expected['ece'], abs=1e-12)
    for name, mask in metric.class_groups(S).items():
        if f'ece_{name}' in expected:
            assert found.error(mask) == pytest.approx(
                expected[f'ece_{name}'], abs=1e-12)
    total = N * S if several_labels else N
    assert found.bins()[0].sum() == total
    parts = [found.bins(metric.class_groups(S)[name])
             for name in ('head', 'medium', 'tail')]  # yapf: disable
    np.testing.assert_allclose(sum(parts), found.bins())


def test_drawn_bars_are_shares():
    count, confidence, correct = np.zeros((3, 4))
    count[:] = 0, 2, 0, 4
    confidence[:] = 0, .6, 0, 3.6
    correct[:] = 0, 2, 0, 3
    with styled_figure() as axes:
        ax = axes[0, 0]
        vis.plot_reliability(ax, np.stack([count, confidence, correct]), .125,
                             'head')
        bars, gaps, counts = ax.containers
        assert [bar.get_height() for bar in bars] == [1, .75]
        assert [bar.get_y() + bar.get_height()
                for bar in gaps] == pytest.approx([.3, .9])
        assert [bar.get_height()
                for bar in counts] == pytest.approx([0, -.1, 0, -.2])
        assert ax.get_title(loc='left') == 'head\nECE 0.125, n = 6'
        vis.plot_reliability(ax, np.zeros((3, 4)), np.nan)


@pytest.mark.parametrize('score', [-.1, 1.5, np.nan])
def test_scores_that_are_no_probabilities(score):
    scores = np.full((3, 2), .5)
    scores[1, 0] = score
    with pytest.raises(InputError, match=f'found the score {score:g}'):
        vis.reliability(scores, np.array([[0, 0]]))


@pytest.mark.parametrize('several_labels', [False, True])
def test_a_shift_is_that_of_the_head_and_its_metric(several_labels):
    logits = torch.randn(N, S, dtype=torch.float64) * 3
    target = torch.eye(S, dtype=torch.int)[torch.randint(0, S - 1, (N, ))]
    if several_labels:
        target[::3, 1] = 1
    taus = [-.5, 0, 1.3]
    found = vis.shifted_accuracy(logits.numpy(),
                                 target.nonzero().numpy(), COUNTS, taus)
    metric = LongTailMetric(class_counts=COUNTS)
    prior = COUNTS.double().log() - COUNTS.double().log().mean()
    for i, tau in enumerate(taus):
        expected = metric.evaluate_scores((logits - tau * prior).sigmoid(),
                                          target)
        assert found.overall[i] == pytest.approx(expected['acc1'])
        for name, mask in metric.class_groups(S).items():
            if f'acc1_{name}' in expected:
                assert found.mean(mask)[i] == pytest.approx(
                    expected[f'acc1_{name}'])


def test_equal_counts_shift_nothing():
    logits = np.random.default_rng(0).normal(size=(N, S))
    labels = np.stack([np.arange(N), np.arange(N) % S], 1)
    found = vis.shifted_accuracy(logits, labels, [7] * S, [-1, 0, 2])
    assert (found.classes == found.classes[1]).all()
    assert 0 < found.overall[0] < 1


def test_drawn_shifts():
    taus = [-1, 0, 1]
    head, tail = np.array([.9, .8, .7]), np.array([.2, .5, .4])
    with styled_figure(columns=2) as axes:
        vis.plot_head_and_tail(axes[0, 0], {'a$': (head, tail)}, taus)
        vis.plot_shifted_accuracy(axes[0, 1], {'a$': (head + tail) / 2}, taus)
        curve, plain = axes[0, 0].lines
        assert curve.get_xdata().tolist() == head.tolist()
        assert plain.get_data() == (.8, .5)
        texts = axes[0, 1].get_legend().get_texts()
        assert [each.get_text() for each in texts] == ['0.650 at τ = 0']
