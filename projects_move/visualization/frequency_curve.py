"""A metric of each class over its training videos, with a smoothed curve."""
from typing import Dict, Sequence, Tuple

import numpy as np
from matplotlib.axes import Axes

from projects_move.utils.escape import plot_label
from .class_frequency import draw_counts_plainly
from .style import legend_above, run_style

EMPTY = .4  # place of the classes without training videos on the log scale


def smooth_over_frequency(class_counts: Sequence[int],
                          values: Sequence[float],
                          bandwidth: float = .25,
                          num_points: int = 100
                          ) -> Tuple[np.ndarray, np.ndarray]:
    """Mean of the classes of similar frequency.

    The weight of a class is a Gaussian of the distance of the logarithms
    (Nadaraya-Watson regression).

    Args:
        class_counts: Training videos of each class, ``(S,)``.
        values: Metric of each class, ``(S,)``; NaN is left out.
        bandwidth: Standard deviation of the Gaussian, in decades.
        num_points: Number of points, M.

    Returns:
        Training videos and smoothed metric, ``(M,)`` each; none of both
        if there is no value.

    Example:
        >>> x, y = smooth_over_frequency([1, 100], [0., 1.], num_points=3)
        >>> x.round().tolist(), y.round(2).tolist()
        ([1.0, 10.0, 100.0], [0.0, 0.5, 1.0])
    """
    values = np.asarray(values, float)
    known = ~np.isnan(values)
    if not known.any():
        return np.zeros(0), np.zeros(0)
    place = np.log10(_places(class_counts))[known]  # (S,)
    grid = np.linspace(place.min(), place.max(), num_points)
    weight = np.exp(-.5 * ((grid[:, None] - place) / bandwidth)**2)  # (M, S)
    return 10**grid, weight @ values[known] / weight.sum(1)


def plot_frequency_curve(ax: Axes,
                         class_counts: Sequence[int],
                         values: Dict[str, Sequence[float]],
                         ylabel: str = 'average precision') -> None:
    """Draw a point for each class and a smoothed curve for each run.

    Args:
        ax: Axes to draw on.
        class_counts: Training videos of each class, ``(S,)``.
        values: Metric of each class ``(S,)``, NaN if unknown, by run.
        ylabel: Name of the metric, which lies between 0 and 1.
    """
    places = _places(class_counts)
    many = len(places) > 200
    for i, (name, metric) in enumerate(values.items()):
        style = run_style(i)
        ax.scatter(
            places,
            metric,
            s=(2 if many else 12),
            color=style.color,
            marker=style.marker,
            alpha=.35 if many else .6,
            linewidths=0,
            clip_on=False)
        ax.plot(
            *smooth_over_frequency(class_counts, metric),
            color=style.color,
            linestyle=style.line,
            label=plot_label(name))
    ax.set_xscale('log')
    ax.set(
        xlabel='training videos of the class (log scale)',
        ylabel=ylabel,
        ylim=(0, 1.02))
    draw_counts_plainly(ax.xaxis)
    if (places == EMPTY).any():
        ax.axvline(.6, color='#999999', linewidth=.5)
        ax.text(EMPTY, 0, '0 ', ha='center', va='bottom', color='#555555')
    legend_above(ax, len(values))


def _places(class_counts: Sequence[int]) -> np.ndarray:
    """Places on the log scale, which has none for zero."""
    return np.where(
        np.asarray(class_counts) > 0, np.asarray(class_counts, float), EMPTY)
