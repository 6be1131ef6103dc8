"""Metrics by group of classes over the epochs of a training."""
from typing import Dict, Sequence, Tuple

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from projects_move.utils.escape import plot_label
from .style import run_style


def plot_training_curves(ax: Axes,
                         curves: Dict[str, Tuple[Sequence[float],
                                                 Sequence[float]]],
                         ylabel: str = 'average precision',
                         limits: Tuple = (0, 1.02)) -> None:
    """Draw a line for each name.

    Args:
        ax: Axes to draw on.
        curves: Epochs and values by name, such as that of a group.
        ylabel: Name of the values.
        limits: Limits of the y axis; None is chosen by the values.
    """
    for i, (name, (epochs, values)) in enumerate(curves.items()):
        style = run_style(i)
        ax.plot(
            epochs,
            values,
            color=style.color,
            linestyle=style.line,
            marker=style.marker if len(epochs) <= 20 else None,
            label=plot_label(name))
    ax.set(xlabel='epoch', ylabel=ylabel, ylim=limits)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.legend()
