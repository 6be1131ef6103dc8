"""Precision-recall curves of chosen classes."""
from typing import Dict, Tuple

import numpy as np
from matplotlib.axes import Axes

from projects_move.utils.escape import plot_label
from .style import run_style


def precision_recall(scores: np.ndarray,
                     is_label: np.ndarray) -> Tuple[np.ndarray, np.ndarray]:
    """Recall and precision at the rank of each positive video, ``(P,)``.

    Videos of equal score are ranked in their order, as in
    :func:`projects_move.functional.average_precision`, which is the mean of
    these precisions.

    Args:
        scores: Scores of a class, ``(N,)``.
        is_label: Whether the class is a label of each video, ``(N,)``.

    Example:
        >>> precision_recall(np.array([.9, .8, .7]), np.array([1, 0, 1]))
        (array([0.5, 1. ]), array([1.        , 0.66666667]))
    """
    order = np.argsort(-np.asarray(scores), kind='stable')
    rank = np.flatnonzero(np.asarray(is_label)[order]) + 1
    hits = np.arange(1, len(rank) + 1)
    return hits / max(len(rank), 1), hits / rank


def plot_precision_recall(ax: Axes, curves: Dict[str,
                                                 Tuple[np.ndarray,
                                                       np.ndarray]]) -> None:
    """Draw a curve for each name, with its average precision in the legend.

    The area below the steps is the average precision.

    Args:
        ax: Axes to draw on.
        curves: Recall and precision ``(P,)`` by name; ``(0,)`` for a class
            without positive videos, which is named but not drawn.
    """
    for i, (name, (recall, precision)) in enumerate(curves.items()):
        style = run_style(i)
        label = 'no test videos' if len(recall) == 0 else \
            f'AP {precision.mean():.3f}'
        if len(recall):
            recall = np.concatenate([[0], recall])
            precision = np.concatenate([precision[:1], precision])
        ax.step(
            recall,
            precision,
            where='pre',
            color=style.color,
            linestyle=style.line,
            label=plot_label(f'{name}: {label}'))
    ax.set(xlabel='recall', ylabel='precision', xlim=(0, 1), ylim=(0, 1.02))
    ax.legend(loc='upper left', bbox_to_anchor=(1, 1))
