"""Pictures of the scores of tests, one function for each.

Each takes runs by name, files to write, and the size of the picture.
"""
from pathlib import Path
from typing import Dict, List, Sequence

import numpy as np

from projects_move import visualization as vis
from projects_move.errors import InputError
from projects_move.utils.saved_scores import read_finite_scores
from projects_move.visualization.class_axis import GROUPS, frequency_order
from projects_move.visualization.prior_shift import TAUS
from .result_pictures import require_count
from .runs import Run, first_of, only_one

MAX_CURVES = 7  # styles that are told apart


def draw_confusion(runs: Dict[str, Run],
                   out: Sequence[Path],
                   size: str,
                   count: int = 10) -> None:
    """Confusion between groups, and the most confused pairs of classes, of
    the first run; several seeds are added up."""
    require_count(count)
    run = only_one(runs)
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
    run = first_of(runs)
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
    run = only_one(runs)
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
    run = first_of(runs)
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
