"""Average precision of each class, ordered by training videos."""
from typing import Dict, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from projects_move.utils.escape import plot_label

COLORS = ('#9aa5b1', '#d1495b', '#2e86ab', '#edae49', '#66a182')


def plot_class_curve(ax: Axes, class_counts: Sequence[int],
                     ap: Dict[str,
                              Sequence[float]], names: Sequence[str]) -> None:
    """Draw a bar of AP for each class and method, frequent classes first.

    Args:
        ax: Axes to draw on; a second y axis shows the training videos.
        class_counts: Training videos of each class, ``(S,)``.
        ap: Average precision of each class ``(S,)``, for each method.
        names: Names of the classes, drawn for up to 40 classes.
    """
    order = np.argsort(-np.asarray(class_counts), kind='stable')
    position = np.arange(len(order))
    width = 0.8 / len(ap)
    for i, (method, values) in enumerate(ap.items()):
        shift = (i - (len(ap) - 1) / 2) * width
        ax.bar(
            position + shift,
            np.asarray(values, dtype=float)[order],
            width,
            label=plot_label(method),
            color=COLORS[i % len(COLORS)])
    ax.set(ylabel='average precision', ylim=(0, 1.05))
    ax.set_xlim(-0.7, len(order) - 0.3)
    if len(order) <= 40:
        ax.set_xticks(
            position, [plot_label(names[i]) for i in order],
            rotation=40,
            ha='right',
            fontsize=8)
    else:
        ax.set_xlabel('classes, by training videos')
    frequency = ax.twinx()
    frequency.plot(
        position,
        np.asarray(class_counts)[order],
        color='#333333',
        marker='.',
        linewidth=1,
        label='training videos')
    frequency.set(ylabel='training videos', yscale='log')
    frequency.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    frequency.yaxis.set_major_formatter(
        FuncFormatter(lambda value, _: f'{value:g}'))
    frequency.yaxis.set_minor_locator(NullLocator())
    handles = [axis.get_legend_handles_labels() for axis in (ax, frequency)]
    ax.legend(
        *(sum(parts, []) for parts in zip(*handles)),
        loc='lower center',
        bbox_to_anchor=(0.5, 1),
        ncols=len(ap) + 1,
        fontsize=8,
        frameon=False)
