"""A metric by group of classes, with the spread over seeds."""
from typing import Dict, Sequence, Tuple

import numpy as np
from matplotlib.axes import Axes

from projects_move.utils.escape import plot_label
from .style import legend_above, run_style


def mean_and_spread(values: Sequence[float],
                    standard_error: bool = False) -> Tuple[float, float]:
    """Mean and standard deviation (n - 1), or standard error of the mean.

    The spread of a single value is NaN.

    Example:
        >>> mean_and_spread([1., 2., 3.])
        (2.0, 1.0)
    """
    values = np.asarray(values, float)
    if len(values) < 2:
        return float(values.mean()) if len(values) else np.nan, np.nan
    spread = values.std(ddof=1)
    if standard_error:
        spread /= len(values)**.5
    return float(values.mean()), float(spread)


def plot_group_bars(ax: Axes,
                    values: Dict[str, Dict[str, Sequence[float]]],
                    ylabel: str = 'average precision',
                    standard_error: bool = False) -> None:
    """Draw a bar for each run and group. A point is a seed, and the error bar
    is the spread over the seeds.

    Args:
        ax: Axes to draw on.
        values: Metric of each seed by run and group, between 0 and 1.
        ylabel: Name of the metric.
        standard_error: Whether error bars are standard errors instead of
            standard deviations.
    """
    groups = list(dict.fromkeys(g for run in values.values() for g in run))
    width = .8 / len(values)
    for i, (name, run) in enumerate(values.items()):
        style = run_style(i)
        place = np.arange(len(groups)) + (i - (len(values) - 1) / 2) * width
        seeds = [run.get(group, ()) for group in groups]
        means, spreads = np.array(
            [mean_and_spread(each, standard_error) for each in seeds]).T
        ax.bar(
            place,
            means,
            width * .94,
            yerr=np.nan_to_num(spreads)
            if np.isfinite(spreads).any() else None,
            error_kw=dict(elinewidth=1, capsize=2, ecolor='#555555'),
            color=style.color,
            alpha=.85,
            hatch=style.hatch,
            edgecolor='white',
            linewidth=0,
            label=plot_label(name))
        for x, each in zip(place, seeds):
            if len(each) > 1:
                shift = np.linspace(-.25, .25, len(each)) * width
                ax.plot(
                    x + shift,
                    each,
                    linestyle='none',
                    marker='.',
                    markersize=3,
                    color='white',
                    markeredgecolor='black',
                    markeredgewidth=.4)
    ax.set_xticks(range(len(groups)), [plot_label(each) for each in groups])
    ax.set(ylabel=ylabel, ylim=(0, 1.02))
    legend_above(ax, min(len(values), 3))
