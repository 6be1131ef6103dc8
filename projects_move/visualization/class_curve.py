"""Average precision of each class, ordered by training videos."""
from typing import Dict, Sequence

import numpy as np
from matplotlib.axes import Axes

from projects_move.utils.escape import plot_label
from .class_axis import draw_class_axis
from .class_frequency import draw_counts_plainly
from .style import COLORS, run_style


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
    order = draw_class_axis(ax, class_counts, names)
    position = np.arange(len(order))
    width = 0.8 / len(ap)
    for i, (method, values) in enumerate(ap.items()):
        style = run_style(i)
        ax.bar(
            position + (i - (len(ap) - 1) / 2) * width,
            np.asarray(values, dtype=float)[order],
            width,
            label=plot_label(method),
            color=style.color,
            hatch=style.hatch if len(order) <= 40 else '',
            edgecolor='white',
            linewidth=0)
    ax.set(ylabel='average precision', ylim=(0, 1.05))
    frequency = ax.twinx()
    frequency.plot(
        position,
        np.asarray(class_counts)[order],
        color=COLORS[6],
        marker='.',
        linewidth=1,
        label='training videos')
    frequency.set(ylabel='training videos (log scale)', yscale='log')
    draw_counts_plainly(frequency.yaxis)
    frequency.spines['right'].set_visible(True)
    handles = [axis.get_legend_handles_labels() for axis in (ax, frequency)]
    ax.legend(
        *(sum(parts, []) for parts in zip(*handles)),
        loc='lower center',
        bbox_to_anchor=(0.5, 1),
        ncols=len(ap) + 1,
        frameon=False)
