"""Confusion between classes, and between groups of classes.

For a video with n labels, its prediction is the n classes of the highest
scores, equal scores by index. A label among them counts as itself. Each label
that is missed counts in equal parts as the predicted classes that are no
labels of the video. With one label this is the ordinary confusion matrix. Each
row sums to the number of labels of its class.
"""
from typing import List, NamedTuple, Sequence

import numpy as np
from matplotlib.axes import Axes

from projects_move.utils.escape import plot_label
from .class_axis import short_label
from .style import COLORS, HEATMAP


class ConfusedPair(NamedTuple):
    """Two classes that are confused.

    Attributes:
        label: Class of the label.
        predicted: Class that is predicted instead.
        count: Number of labels.
        share: ``count`` divided by the labels of the class.
    """
    label: int
    predicted: int
    count: float
    share: float


def confusion_matrix(scores: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Number of labels of each class by predicted class, float64 ``(S, S)``.

    Args:
        scores: Scores of the classes, ``(N, S)``.
        labels: Video and class of each label, int64 ``(L, 2)``.

    Example:
        >>> scores = np.array([[.9, .1, .5], [.8, .2, .7]])
        >>> confusion_matrix(scores, np.array([[0, 0], [1, 1], [1, 2]]))
        array([[1., 0., 0.],
               [1., 0., 0.],
               [0., 0., 1.]])
    """
    num_videos, num_classes = scores.shape
    matrix = np.zeros((num_classes, num_classes))
    count = np.bincount(labels[:, 0], minlength=num_videos)
    for number in np.unique(count[count > 0]):
        videos = np.flatnonzero(count == number)
        best = _best_classes(scores[videos], number)
        is_label = np.zeros((len(videos), num_classes), bool)
        row = np.full(num_videos, -1)
        row[videos] = np.arange(len(videos))
        mine = labels[count[labels[:, 0]] == number]
        is_label[row[mine[:, 0]], mine[:, 1]] = True
        is_best = np.zeros_like(is_label)
        np.put_along_axis(is_best, best, True, 1)
        right = is_label & is_best
        matrix[np.diag_indices(num_classes)] += right.sum(0)
        missed, instead = is_label & ~is_best, is_best & ~is_label
        videos_wrong, wrong_label = missed.nonzero()
        for video, label in zip(videos_wrong, wrong_label):
            others = np.flatnonzero(instead[video])
            matrix[label, others] += 1 / len(others)
    return matrix


def _best_classes(scores: np.ndarray, number: int) -> np.ndarray:
    if number == 1:
        return scores.argmax(1)[:, None]
    return np.argsort(-scores, 1, kind='stable')[:, :number]


def group_confusion(matrix: np.ndarray, groups: Sequence[str],
                    names: Sequence[str]) -> np.ndarray:
    """Share of the labels of each group by group of the predicted class,
    float64 ``(G, G)``; NaN for a group without labels.

    Args:
        matrix: See :func:`confusion_matrix`.
        groups: Group of each class, ``(S,)``.
        names: Names of the G groups.
    """
    member = np.array([[group == name for group in groups] for name in names])
    member = member.astype(float)  # (G, S)
    total = member @ matrix @ member.T
    with np.errstate(invalid='ignore'):
        return total / total.sum(1, keepdims=True)


def most_confused_pairs(matrix: np.ndarray,
                        count: int = 10) -> List[ConfusedPair]:
    """Pairs of classes with the most confused labels.

    Args:
        matrix: See :func:`confusion_matrix`.
        count: Maximum number of pairs.
    """
    wrong = matrix - np.diag(np.diag(matrix))
    total = matrix.sum(1)
    order = np.argsort(-wrong, axis=None, kind='stable')[:count]
    pairs = zip(*np.unravel_index(order, wrong.shape))
    return [
        ConfusedPair(
            int(i), int(j), float(wrong[i, j]), float(wrong[i, j] / total[i]))
        for i, j in pairs if wrong[i, j] > 0
    ]


def plot_group_confusion(ax: Axes, shares: np.ndarray,
                         names: Sequence[str]) -> None:
    """Draw :func:`group_confusion` as a table with shades."""
    ax.imshow(
        np.nan_to_num(shares), cmap=HEATMAP, vmin=0, vmax=1, aspect='equal')
    for i, j in np.ndindex(*shares.shape):
        ax.text(
            j,
            i,
            '-' if np.isnan(shares[i, j]) else f'{shares[i, j]:.0%}',
            ha='center',
            va='center',
            color='black' if shares[i, j] > .5 else 'white')
    ticks = range(len(names))
    ax.set_xticks(ticks, [plot_label(name) for name in names])
    ax.set_yticks(ticks, [plot_label(name) for name in names])
    ax.set(xlabel='group of the prediction', ylabel='group of the label')
    ax.set_title('share of the labels')
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)


def plot_confused_pairs(ax: Axes, pairs: Sequence[ConfusedPair],
                        names: Sequence[str],
                        class_counts: Sequence[int]) -> None:
    """Draw a bar for each pair: the number of labels of a class that are
    predicted as another, and their share of the class. Training videos are in
    brackets."""
    place = -np.arange(len(pairs))
    ax.barh(place, [pair.count for pair in pairs], color=COLORS[1])
    for y, pair in zip(place, pairs):
        ax.annotate(
            f'{pair.share:.0%}', (pair.count, y), (2, 0),
            textcoords='offset points',
            va='center')
    ax.set_yticks(place, [
        ' as '.join(f'{short_label(names[i], 20)} ({class_counts[i]})'
                    for i in (pair.label, pair.predicted)) for pair in pairs
    ])
    ax.margins(x=.12)
    ax.set(xlabel='labels (share of the class at the bar)')
    ax.set_title('label as prediction (training videos)', loc='right')
