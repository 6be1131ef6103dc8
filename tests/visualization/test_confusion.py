import numpy as np
import pytest

from projects_move import visualization as vis
from projects_move.visualization import styled_figure


def oracle(scores, labels):
    """Counted label by label, without arrays."""
    num_classes = len(scores[0])
    matrix = [[0.] * num_classes for _ in range(num_classes)]
    for video, row in enumerate(scores):
        mine = [label for each, label in labels if each == video]
        ranked = sorted(range(num_classes), key=lambda i: -row[i])
        best = ranked[:len(mine)]
        instead = [label for label in best if label not in mine]
        for label in mine:
            if label in best:
                matrix[label][label] += 1
            for other in instead if label not in best else ():
                matrix[label][other] += 1 / len(instead)
    return np.array(matrix)


@pytest.mark.parametrize('most', [1, 3])
def test_matrix_equals_its_definition(most):
    rng = np.random.default_rng(most)
    scores = rng.integers(0, 6, (40, 7)) / 5  # with ties
    labels = np.array([
        (video, label) for video in range(38)
        for label in rng.permutation(7)[:rng.integers(1, most + 1)]
    ])  # the last have none
    matrix = vis.confusion_matrix(scores, labels)
    np.testing.assert_allclose(matrix, oracle(scores, labels.tolist()))
    np.testing.assert_allclose(
        matrix.sum(1), np.bincount(labels[:, 1], minlength=7))


MATRIX = np.array([[3., 1, 0, 0], [0, 2, 2, 0], [1, 0, 0, 0], [0, 0, 0, 0]])


def test_groups():
    groups = ['head', 'head', 'tail', 'few']
    shares = vis.group_confusion(MATRIX, groups, ['head', 'tail', 'few'])
    np.testing.assert_allclose(shares[:2], [[.75, .25, 0], [1, 0, 0]])
    assert np.isnan(shares[2]).all()


def test_pairs():
    pairs = vis.most_confused_pairs(MATRIX, 2)
    assert [tuple(pair) for pair in pairs] == [(1, 2, 2, .5), (0, 1, 1, .25)]
    assert len(vis.most_confused_pairs(MATRIX, 9)) == 3
    assert vis.most_confused_pairs(np.eye(3)) == []


def test_pictures():
    with styled_figure(columns=2) as axes:
        left, right = axes[0]
        vis.plot_group_confusion(left, np.array([[.75, .25], [np.nan] * 2]),
                                 ['head', '$tail'])
        assert [text.get_text()
                for text in left.texts] == ['75%', '25%', '-', '-']
        vis.plot_confused_pairs(right, vis.most_confused_pairs(MATRIX, 2),
                                ['a', 'b$', 'c', 'd'], [9, 8, 1, 0])
        labels = [label.get_text() for label in right.get_yticklabels()]
        assert labels == [r'b\$ (8) as c (1)', r'a (9) as b\$ (8)']
        vis.plot_confused_pairs(right, [], ['a'], [1])
