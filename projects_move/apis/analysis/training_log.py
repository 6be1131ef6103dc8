"""Reading of the scalars that a training logged."""
import json
from pathlib import Path
from typing import Dict, List, Tuple

from projects_move.errors import InputError, MissingInputError
from projects_move.utils.regular_file import RegularFile
from projects_move.visualization.class_axis import GROUPS

Curve = Tuple[List[int], List[float]]


def read_curves(work_dir: Path, metric: str = 'mAP') -> Dict[str, Curve]:
    """Epochs and values of a metric at each validation, of all classes and by
    group, and ``loss``, the mean of each epoch of the training.

    After an interruption, the later log replaces the epochs of the earlier.

    Args:
        work_dir: Work directory of a training.
        metric: Name of the metric without prefix.

    Raises:
        MissingInputError: If no log is there.
        InputError: For a faulty log, and one without the metric.
    """
    paths = sorted(work_dir.glob('*/vis_data/scalars.json'))
    if not paths:
        raise MissingInputError(
            f'{work_dir}: expected the work directory of one training, with '
            'its log */vis_data/scalars.json, found none')
    values: Dict[str, Dict[int, float]] = {}
    for path in paths:
        losses: Dict[int, List[float]] = {}
        for entry in _entries(path):
            epoch = entry.get('epoch')
            if isinstance(epoch, int) and 'loss' in entry:
                losses.setdefault(epoch, []).append(
                    _number(path, 'loss', entry['loss']))
            if epoch is not None or not entry.get('step'):
                continue  # of a training, or of a test
            for group in ('all', *GROUPS):
                name = metric if group == 'all' else f'{metric}_{group}'
                for key, value in entry.items():
                    if key.rpartition('/')[2] == name:
                        values.setdefault(group, {})[entry['step']] = _number(
                            path, key, value)
        values.setdefault('loss', {}).update({
            epoch: sum(each) / len(each)
            for epoch, each in losses.items()
        })
    if values.keys() <= {'loss'}:
        raise InputError(f'{work_dir}: the log has no validation with '
                         f'{metric}: train with train_cfg.val_interval')
    return {
        name: (sorted(found), [found[epoch] for epoch in sorted(found)])
        for name, found in values.items()
    }


def _entries(path: Path) -> List[dict]:
    """Entries of a log; the last line may be torn."""
    try:
        lines = RegularFile(str(path)).read().decode().splitlines()
    except (OSError, ValueError) as error:
        raise InputError(f'{path} cannot be read: {error}') from error
    entries = []
    for number, line in enumerate(lines, 1):
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError) as error:
            if number == len(lines):
                break
            raise InputError(f'{path}: line {number}: expected JSON: '
                             f'{error}') from error
        if not isinstance(entry, dict):
            raise InputError(f'{path}: line {number}: expected an object')
        entries.append(entry)
    return entries


def _number(path: Path, key: str, value) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise InputError(f'{path}: expected a number for {key!r}, found '
                         f'{value!r}')
    return float(value)
