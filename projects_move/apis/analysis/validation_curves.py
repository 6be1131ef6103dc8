"""Curves of the validations of a training, by group of classes."""
from pathlib import Path
from typing import Dict, List, Tuple

from projects_move.errors import InputError, MissingInputError
from projects_move.utils.training_log import Curve, read_curves
from projects_move.visualization.class_axis import GROUPS


def validation_curves(work_dir: Path,
                      metric: str = 'mAP'
                      ) -> Dict[str, Tuple[List[float], List[float]]]:
    """Epochs and values of a metric, of all classes and by group, and of
    ``loss``, the mean of each epoch.

    Args:
        work_dir: Work directory of a training.
        metric: Name of the metric without prefix.

    Raises:
        MissingInputError: If no log is there.
        InputError: For a faulty log, and one without the metric.
    """
    found = read_curves(work_dir)
    if not found:
        raise MissingInputError(
            f'{work_dir}: expected the work directory of one training, with '
            'its log */vis_data/scalars.json, found none')
    names = dict(all=metric, **{each: f'{metric}_{each}' for each in GROUPS})
    curves = {
        group: _columns(found[name])
        for group, name in names.items() if name in found
    }
    if not curves:
        raise InputError(f'{work_dir}: the log has no validation with '
                         f'{metric}: train with train_cfg.val_interval')
    if 'loss' in found:
        curves['loss'] = _columns(found['loss'])
    return curves


def _columns(curve: Curve) -> Tuple[List[float], List[float]]:
    epochs, values = zip(*curve)
    return list(epochs), list(values)
