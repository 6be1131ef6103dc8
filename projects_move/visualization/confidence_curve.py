"""Confidence of original and interpolated videos by class (MOVE, Fig. 4).

Videos are interpolated within a class. A high and equal confidence of both
means that the class is a region without holes. A difference that grows
towards the rare classes means a distorted boundary.
"""
from typing import Dict, NamedTuple, Sequence

import numpy as np
from matplotlib.axes import Axes

from projects_move.utils.escape import plot_label
from .class_axis import draw_class_axis
from .style import run_style


class ClassConfidence(NamedTuple):
    """Mean score of the class for its videos.

    Attributes:
        original: Of the videos, ``(S,)``; NaN for a class without videos.
        interpolated: Of mixtures of two videos of the class, ``(S,)``; NaN
            for a class with fewer than two.
    """
    original: np.ndarray
    interpolated: np.ndarray

    @property
    def difference(self) -> np.ndarray:
        """``(original - interpolated) / original``, ``(S,)``.

        Example:
            >>> ClassConfidence(np.array([.8]), np.array([.6])).difference
            array([0.25])
        """
        with np.errstate(invalid='ignore', divide='ignore'):
            return (self.original - self.interpolated) / self.original


def plot_confidence(ax: Axes,
                    confidence: ClassConfidence,
                    class_counts: Sequence[int],
                    names: Sequence[str] = None,
                    groups: Sequence[str] = None,
                    title: str = '') -> None:
    """Draw the mean confidence of original and interpolated videos.

    Args:
        ax: Axes to draw on.
        confidence: Confidence by class.
        class_counts: Training videos of each class, ``(S,)``.
        names: Names of the classes, drawn for up to 40 classes.
        groups: Group of each class, ``(S,)``.
        title: Name of the model.
    """
    order = draw_class_axis(ax, class_counts, names, groups)
    for i, (name, values) in enumerate(confidence._asdict().items()):
        style = run_style(i)
        ax.plot(
            values[order],
            color=style.color,
            linestyle=style.line,
            marker=style.marker if len(order) <= 40 else None,
            label=name)
    ax.set(
        ylabel='mean confidence',
        ylim=(0, 1.15),
        yticks=np.arange(0, 1.01, .25))
    ax.legend(loc='best')
    ax.set_title(plot_label(title))


def plot_confidence_difference(ax: Axes,
                               models: Dict[str, ClassConfidence],
                               class_counts: Sequence[int],
                               names: Sequence[str] = None,
                               groups: Sequence[str] = None) -> None:
    """Draw the normalised difference of each model, see
    :func:`plot_confidence`."""
    order = draw_class_axis(ax, class_counts, names, groups)
    for i, (name, confidence) in enumerate(models.items()):
        style = run_style(i)
        ax.plot(
            confidence.difference[order],
            color=style.color,
            linestyle=style.line,
            marker=style.marker if len(order) <= 40 else None,
            label=plot_label(name))
    ax.axhline(0, color='black', linewidth=.6)
    ax.set(ylabel='normalised difference')
    ax.margins(y=.2)
    ax.legend(loc='best')
