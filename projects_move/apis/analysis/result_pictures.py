"""Pictures of the results of tests, one function for each.

Each takes runs by name, files to write, and the size of the picture.
"""
from pathlib import Path
from typing import Dict, List, Sequence

import numpy as np

from projects_move import visualization as vis
from projects_move.errors import InputError
from projects_move.utils.escape import plot_label
from projects_move.utils.saved_scores import read_finite_scores
from projects_move.visualization.class_axis import GROUPS, frequency_order
from projects_move.visualization.prior_shift import TAUS
from .runs import Run, require_same_classes
from .validation_curves import validation_curves

LABELS = dict(ap='average precision', mAP='mean average precision')
MAX_CURVES = 7  # styles that are told apart


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
    run = _same(runs)
    with vis.picture(out, size) as axes:
        vis.plot_class_frequency(axes[0, 0], run.class_counts, run.names,
                                 run.groups)


def draw_curve(runs: Dict[str, Run],
               out: Sequence[Path],
               size: str,
               metric: str = 'ap') -> None:
    """A metric over frequency, the mean of the seeds of each run."""
    run = _same(runs)
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
    _require_count(count)
    run = _same(runs)
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


def draw_confusion(runs: Dict[str, Run],
                   out: Sequence[Path],
                   size: str,
                   count: int = 10) -> None:
    """Confusion between groups, and the most confused pairs of classes, of
    the first run; several seeds are added up."""
    _require_count(count)
    run = _only(runs)
    matrix = 0
    for folder in run.folders:
        saved = read_finite_scores(folder, len(run.names))
        matrix = matrix + vis.confusion_matrix(saved.scores, saved.labels)
    groups = [name for name in GROUPS if name in run.groups] or ['all']
    shares = vis.group_confusion(matrix, run.groups, groups)
    pairs = vis.most_confused_pairs(matrix, count)
    with vis.picture(
            out, size, 1, 2, height=1.2,
            gridspec_kw=dict(width_ratios=[1, 1.2])) as axes:
        vis.plot_group_confusion(axes[0, 0], shares, groups)
        vis.plot_confused_pairs(axes[0, 1], pairs, run.names, run.class_counts)


def draw_precision_recall(runs: Dict[str, Run],
                          out: Sequence[Path],
                          size: str,
                          classes: Sequence[str] = ()) -> None:
    """Precision-recall curves of chosen classes, of the first seed of each
    run.

    Args:
        classes: Names of classes; by default five from frequent to rare.

    Raises:
        InputError: For an unknown class, and more curves than styles.
    """
    run = _same(runs)
    chosen = class_indices(run, classes) or _spread(run)
    if len(chosen) * len(runs) > MAX_CURVES:
        raise InputError(
            f'expected at most {MAX_CURVES} curves, found {len(chosen)} '
            f'classes of {len(runs)} runs: choose --classes')
    curves = {}
    for name, each in runs.items():
        saved = read_finite_scores(each.folders[0], len(each.names))
        for i in chosen:
            text = f'{each.names[i]} ({each.class_counts[i]})'
            curves[f'{name}, {text}' if len(runs) > 1 else text] = \
                vis.precision_recall(saved.scores[:, i], saved.is_label(i))
    with vis.picture(out, size) as axes:
        vis.plot_precision_recall(axes[0, 0], curves)


def draw_calibration(runs: Dict[str, Run], out: Sequence[Path],
                     size: str) -> None:
    """Reliability diagrams overall and by group, of the first run; the bins
    of several seeds are added up, their errors averaged."""
    run = _only(runs)
    found = []
    for folder in run.folders:
        saved = read_finite_scores(folder, len(run.names))
        found.append(vis.reliability(saved.scores, saved.labels))
    several = {each.several_labels for each in found}
    if len(several) > 1:
        raise InputError(f'{run.folders[0]}: the seeds have other labels')
    masks = {'all': None}
    for name in GROUPS:
        if name in run.groups:
            masks[name] = [group == name for group in run.groups]
    kind = 'class' if several.pop() else 'predicted class'
    with vis.picture(
            out, size, 1, len(masks), height=1.1, sharey=True) as axes:
        for ax, (name, members) in zip(axes[0], masks.items()):
            errors = [each.error(members) for each in found]
            bins = sum(each.bins(members) for each in found)
            title = 'all classes' if name == 'all' else f'{kind} in {name}'
            vis.plot_reliability(ax, bins, float(np.mean(errors)), title)
        for ax in axes[0, 1:]:
            ax.set_ylabel('')


def draw_prior_shift(runs: Dict[str, Run], out: Sequence[Path],
                     size: str) -> None:
    """Head, tail and overall accuracy of each run when its logits are shifted
    by the class prior, the mean of its seeds.

    Raises:
        InputError: If the results lack the logits, or a group.
    """
    run = _same(runs)
    tested = ~np.isnan(run.results['ap'][0])
    masks = {
        name: tested & [group == name for group in run.groups]
        for name in ('head', 'tail')
    }
    for name, mask in masks.items():
        if not mask.any():
            raise InputError(f'{run.folders[0]}: no class of the {name} has '
                             'test videos')
    found = {
        name: [_shifted(folder, each) for folder in each.folders]
        for name, each in runs.items()
    }
    groups = {
        name:
        tuple(
            np.mean([each.mean(mask) for each in seeds], 0)
            for mask in masks.values())
        for name, seeds in found.items()
    }
    overall = {
        name: np.mean([each.overall for each in seeds], 0)
        for name, seeds in found.items()
    }
    with vis.picture(out, size, 1, 2, height=1.2) as axes:
        vis.plot_head_and_tail(axes[0, 0], groups, TAUS)
        vis.plot_shifted_accuracy(axes[0, 1], overall, TAUS)


def _shifted(folder: Path, run: Run) -> vis.ShiftedAccuracy:
    saved = read_finite_scores(folder, len(run.names))
    if saved.logits is None or not np.isfinite(saved.logits).all():
        raise InputError(f'{folder / "scores.npz"}: expected finite logits: '
                         'test with LongTailHead or MOVEHead')
    return vis.shifted_accuracy(saved.logits, saved.labels, run.class_counts)


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


def class_indices(run: Run, names: Sequence[str]) -> List[int]:
    """Indices of classes by name.

    Raises:
        InputError: For a name that is no class.
    """
    for name in names:
        if name not in run.names:
            raise InputError(f'{run.folders[0]} has no class {name!r}; the '
                             f'first are {", ".join(run.names[:5])}')
    return [run.names.index(name) for name in names]


def _spread(run: Run, count: int = 5) -> List[int]:
    """Classes from frequent to rare, with test videos."""
    order = [
        i for i in frequency_order(run.class_counts)
        if not np.isnan(run.results['ap'][0, i])
    ]
    if not order:
        raise InputError(f'{run.folders[0]}: no class has test videos')
    place = np.linspace(0, len(order) - 1, min(count, len(order)))
    return [order[i] for i in place.round().astype(int)]


def _require_count(count: int) -> None:
    if count < 1:
        raise InputError(f'expected --count of at least 1, found {count}')


def _same(runs: Dict[str, Run]) -> Run:
    require_same_classes(list(runs.values()))
    return next(iter(runs.values()))


def _only(runs: Dict[str, Run]) -> Run:
    if len(runs) != 1:
        raise InputError(f'expected one run, found {len(runs)}: '
                         f'{", ".join(runs)}')
    return next(iter(runs.values()))
