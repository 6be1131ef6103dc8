"""Difference of two runs, class by class."""
from typing import List, Optional, Sequence, Tuple

import numpy as np
from matplotlib.axes import Axes

from .class_axis import draw_class_axis, short_label
from .style import NEGATIVE, POSITIVE


def winners_and_losers(difference: Sequence[float],
                       count: int = 5) -> Tuple[List[int], List[int]]:
    """Classes with the largest gains, and with the largest losses.

    Args:
        difference: Difference of each class, ``(S,)``; NaN is left out.
        count: Maximum number of each.

    Example:
        >>> winners_and_losers([.1, -.2, 0, .3, float('nan')], count=1)
        ([3], [1])
    """
    difference = np.nan_to_num(np.asarray(difference, float))
    order = np.argsort(-difference, kind='stable')
    winners = [int(i) for i in order[:count] if difference[i] > 0]
    losers = [int(i) for i in order[::-1][:count] if difference[i] < 0]
    return winners, losers


def plot_class_difference(ax: Axes,
                          class_counts: Sequence[int],
                          difference: Sequence[float],
                          names: Optional[Sequence[str]] = None,
                          groups: Optional[Sequence[str]] = None,
                          ylabel: str = 'difference') -> None:
    """Draw the difference of each class, frequent classes first.

    Args:
        ax: Axes to draw on.
        class_counts: Training videos of each class, ``(S,)``.
        difference: Second run minus first run, ``(S,)``; NaN if unknown.
        names: Names of the classes, drawn for up to 40 classes.
        groups: Group of each class, ``(S,)``.
        ylabel: Name of the difference.
    """
    order = draw_class_axis(ax, class_counts, names, groups)
    values = np.asarray(difference, float)[order]
    width = .8 if len(values) <= 100 else 1
    for sign, color, hatch in ((1, POSITIVE, ''), (-1, NEGATIVE, '////')):
        shown = np.where(values * sign > 0, values, 0)
        ax.bar(
            np.arange(len(values)),
            shown,
            width,
            color=color,
            hatch=hatch if len(values) <= 100 else '',
            edgecolor='white',
            linewidth=0)
    ax.axhline(0, color='black', linewidth=.6)
    limit = max(np.nanmax(np.abs(values), initial=0) * 1.25, .01)
    ax.set(ylim=(-limit, limit), ylabel=ylabel)
    known = values[~np.isnan(values)]
    ax.set_title(f'{(known > 0).sum()} classes gain, {(known < 0).sum()} '
                 f'lose, {(known == 0).sum()} are equal'
                 f'{_unknown(len(values) - len(known))}')


def plot_winners_and_losers(ax: Axes,
                            difference: Sequence[float],
                            class_counts: Sequence[int],
                            names: Sequence[str],
                            count: int = 5,
                            xlabel: str = 'difference') -> None:
    """Draw the largest gains above the largest losses, with the names and
    training videos of their classes.

    Args:
        ax: Axes to draw on.
        difference: Second run minus first run, ``(S,)``; NaN if unknown.
        class_counts: Training videos of each class, ``(S,)``.
        names: Names of the classes.
        count: Maximum number of each.
        xlabel: Name of the difference.
    """
    winners, losers = winners_and_losers(difference, count)
    shown = [*winners, *reversed(losers)]
    values = np.asarray(difference, float)[shown]
    place = -np.arange(len(shown))
    for sign, color, hatch in ((1, POSITIVE, ''), (-1, NEGATIVE, '////')):
        chosen = values * sign > 0
        ax.barh(
            place[chosen],
            values[chosen],
            color=color,
            hatch=hatch,
            edgecolor='white',
            linewidth=0)
    for y, value in zip(place, values):
        ax.annotate(
            f'{value:+.3f}', (value, y), (3 if value > 0 else -3, 0),
            textcoords='offset points',
            va='center',
            ha='left' if value > 0 else 'right')
    ax.set_yticks(
        place, [f'{short_label(names[i])} ({class_counts[i]})' for i in shown])
    ax.axvline(0, color='black', linewidth=.6)
    limit = max(np.abs(values).max(initial=0) * 1.6, .01)
    ax.set(xlim=(-limit, limit), xlabel=xlabel)
    ax.set_title('largest gains and losses (training videos)')


def _unknown(count: int) -> str:
    return f', {count} without test videos' if count else ''
