"""Training videos of each class: the long tail itself."""
from typing import Optional, Sequence

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from projects_move import functional as F
from projects_move.errors import InputError
from .class_axis import draw_class_axis
from .style import COLORS


def plot_class_frequency(ax: Axes,
                         class_counts: Sequence[int],
                         names: Optional[Sequence[str]] = None,
                         groups: Optional[Sequence[str]] = None) -> None:
    """Draw the number of training videos of each class on a log scale, with
    the imbalance ratio and the Gini coefficient.

    Args:
        ax: Axes to draw on.
        class_counts: Training videos of each class, ``(S,)``; one class has
            at least one.
        names: Names of the classes, drawn for up to 40 classes.
        groups: Group of each class, ``(S,)``.

    Raises:
        InputError: If no class has training videos.
    """
    if not np.any(class_counts):
        raise InputError('no class has training videos')
    order = draw_class_axis(ax, class_counts, names, groups)
    counts = np.asarray(class_counts)[order]
    present = int((counts > 0).sum())
    # from 0.5, so that the bar of one video is seen
    ax.bar(
        np.arange(present),
        counts[:present] - .5,
        width=.8 if present <= 100 else 1,
        bottom=.5,
        color=COLORS[0])
    if present < len(counts):
        ax.plot(
            np.arange(present, len(counts)),
            np.full(len(counts) - present, .5),
            linestyle='none',
            marker='x',
            color=COLORS[6],
            clip_on=False)
    ax.set_yscale('log')
    ax.set(ylim=(.5, counts.max() * 2), ylabel='training videos (log scale)')
    draw_counts_plainly(ax.yaxis)
    tensor = torch.as_tensor(np.asarray(class_counts))
    title = (f'imbalance {F.imbalance_ratio(tensor):.4g} : 1,  '
             f'Gini coefficient {F.gini(tensor):.2f}')
    empty = len(counts) - present
    if empty:
        title += f',  {empty} without training videos (crosses)'
    ax.set_title(title)


def _count(value: float, _: int) -> str:
    return f'{value:g}' if value >= 1 else ''


def draw_counts_plainly(axis) -> None:
    """Write 1, 2, 5, 10, ... on an axis in log scale instead of powers."""
    low, high = axis.get_view_interval()
    few = high < 300 * max(low, .5)
    axis.set_major_locator(LogLocator(subs=(1, 2, 5) if few else (1, )))
    axis.set_major_formatter(FuncFormatter(_count))
    axis.set_minor_locator(NullLocator())
