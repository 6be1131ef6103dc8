"""Pictures of the metrics of tests, one function for each.

Each takes runs by name, files to write, and the size of the picture.
"""
from pathlib import Path
from typing import Dict, Sequence

from projects_move import visualization as vis
from projects_move.errors import InputError
from projects_move.utils.escape import plot_label
from .runs import Run, first_of
from .validation_curves import validation_curves

LABELS = dict(ap='average precision', mAP='mean average precision')


def metric_label(metric: str) -> str:
    """Name of a metric for an axis.

    Example:
        >>> metric_label('ap'), metric_label('acc5'), metric_label('ece')
        ('average precision', 'accuracy (top 5)', 'ece')
    """
    if metric.startswith('acc') and metric[3:].isdecimal():
        k = metric[3:]
        return 'accuracy' if k == '1' else f'accuracy (top {k})'
    return LABELS.get(metric, metric)


def draw_frequency(runs: Dict[str, Run], out: Sequence[Path],
                   size: str) -> None:
    """Training videos of each class of the first run."""
    run = first_of(runs)
    with vis.picture(out, size) as axes:
        vis.plot_class_frequency(axes[0, 0], run.class_counts, run.names,
                                 run.groups)


def draw_curve(runs: Dict[str, Run],
               out: Sequence[Path],
               size: str,
               metric: str = 'ap') -> None:
    """A metric over frequency, the mean of the seeds of each run."""
    run = first_of(runs)
    values = {name: each.mean(metric) for name, each in runs.items()}
    with vis.picture(out, size) as axes:
        vis.plot_frequency_curve(axes[0, 0], run.class_counts, values,
                                 metric_label(metric))


def draw_difference(runs: Dict[str, Run],
                    out: Sequence[Path],
                    size: str,
                    metric: str = 'ap',
                    count: int = 5) -> None:
    """Difference of two runs by class, winners and losers named.

    Raises:
        InputError: For other than two runs.
    """
    if len(runs) != 2:
        raise InputError(f'a difference is that of two runs, found '
                         f'{len(runs)}: {", ".join(runs)}')
    require_count(count)
    run = first_of(runs)
    (first, a), (second, b) = runs.items()
    # equal results have equal means but for rounding
    difference = (b.mean(metric) - a.mean(metric)).round(9)
    label = (f'{plot_label(metric_label(metric))}:\n{plot_label(second)} − '
             f'{plot_label(first)}')
    with vis.picture(out, size, 2, height=1.1) as axes:
        vis.plot_class_difference(axes[0, 0], run.class_counts, difference,
                                  run.names, run.groups, label)
        vis.plot_winners_and_losers(axes[1, 0], difference, run.class_counts,
                                    run.names, count,
                                    f'difference of {metric_label(metric)}')


def draw_groups(runs: Dict[str, Run],
                out: Sequence[Path],
                size: str,
                metric: str = 'mAP',
                standard_error: bool = False) -> None:
    """A metric by group, with the spread over the seeds."""
    values = {name: run.group_values(metric) for name, run in runs.items()}
    seeds = {len(run.folders) for run in runs.values()}
    if len(runs) * max(seeds) > 400:
        raise InputError('too many runs and seeds for a picture of bars')
    spread = 'standard error' if standard_error else 'standard deviation'
    label = metric_label(metric)
    if max(seeds) > 1:
        label += f'\n(mean, {spread}, seeds as points)'
    with vis.picture(out, size) as axes:
        vis.plot_group_bars(axes[0, 0], values, label, standard_error)


def draw_training(paths: Dict[str, Path],
                  out: Sequence[Path],
                  size: str,
                  metric: str = 'mAP') -> None:
    """Training curves by group, and the loss, a column for each work
    directory."""
    curves = {
        name: validation_curves(path, metric)
        for name, path in paths.items()
    }
    with vis.picture(
            out, size, 2, len(curves), sharex='col', sharey='row') as axes:
        for column, (name, found) in zip(axes.T, curves.items()):
            loss = found.pop('loss', None)
            vis.plot_training_curves(column[0], found, metric_label(metric))
            column[0].set_title(plot_label(name))
            column[0].set_xlabel('')
            if loss:
                vis.plot_training_curves(column[1], dict(training=loss),
                                         'training loss', (0, None))
        for ax in axes[:, 1:].flat:
            ax.set_ylabel('')


def require_count(count: int) -> None:
    if count < 1:
        raise InputError(f'expected --count of at least 1, found {count}')
