"""Loss and validation of a training, by epoch."""
import json
import math
from pathlib import Path
from typing import Dict, Iterator, List, Tuple

from projects_move.errors import InputError
from .results import read_text

Curve = List[Tuple[float, float]]  # epoch or iteration, and value


def read_curves(work_dir: Path) -> Dict[str, Curve]:
    """Curves of ``loss`` and of each validated metric, without its prefix.

    The losses of an epoch are averaged. A training that was resumed has
    several files; a later file replaces the epochs that it repeats. A last
    line that an interruption has cut off is left out, and so are results
    without an epoch, which are not of a training. A value that is not finite
    is NaN.

    Raises:
        InputError: For a faulty line, with its number.
    """
    curves: Dict[str, Dict[float, float]] = {}
    for path in sorted(work_dir.glob('*/vis_data/scalars.json')):
        found: Dict[str, Dict[float, List[float]]] = {}
        for number, line in _lines(path):
            time = line.get('epoch', line.get('step'))
            if not _is_number(time) or not time:
                continue
            for key, value in line.items():
                name = key.rpartition('/')[2]
                if key == 'loss' or '/' in key:
                    if not _is_number(value):
                        raise InputError(
                            f'{path}: line {number}: expected a number for '
                            f'{key!r}, found {value!r}')
                    found.setdefault(name,
                                     {}).setdefault(time,
                                                    []).append(_finite(value))
        for name, points in found.items():
            curves.setdefault(name, {}).update({
                time: sum(values) / len(values)
                for time, values in points.items()
            })
    return {name: sorted(points.items()) for name, points in curves.items()}


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _finite(value: float) -> float:
    try:
        return float(value) if math.isfinite(value) else math.nan
    except OverflowError:  # an integer beyond all floats
        return math.nan


def _lines(path: Path) -> Iterator[Tuple[int, dict]]:
    lines = read_text(path).split('\n')
    for number, text in enumerate(lines, 1):
        if not text.strip():
            continue
        try:
            line = json.loads(text)
            if not isinstance(line, dict):
                raise ValueError(f'found {text[:80]!r}')
        except (ValueError, RecursionError) as error:
            if number == len(lines):
                return
            raise InputError(f'{path}: line {number}: expected a JSON object: '
                             f'{error}') from error
        yield number, line
