"""Loss and validation of a training, by epoch."""
import json
import sys
from pathlib import Path
from typing import Dict, List, Tuple

from projects_move.errors import InputError
from projects_move.utils.results import read_text

Curve = List[Tuple[float, float]]  # epoch or iteration, and value


def read_curves(work_dir: Path) -> Dict[str, Curve]:
    """Curves of ``loss`` and of each validated metric, without its prefix.

    The losses of an epoch are averaged. A training that was resumed has
    several files; a later file replaces the epochs that it repeats. A last
    line that an interruption has cut off is left out.

    Raises:
        InputError: For a faulty line, with its number.
    """
    curves: Dict[str, Dict[float, List[float]]] = {}
    for path in sorted(work_dir.glob('*/vis_data/scalars.json')):
        found: Dict[str, Dict[float, List[float]]] = {}
        for line in _lines(path):
            time = line.get('epoch', line.get('step'))
            if not _is_number(time):
                continue
            for key, value in line.items():
                name = key.rpartition('/')[2]
                if (key == 'loss' or '/' in key) and _is_number(value):
                    found.setdefault(name, {}).setdefault(time,
                                                          []).append(value)
        for name, points in found.items():
            curves.setdefault(name, {}).update(points)
    return {
        name: [(time, sum(values) / len(values))
               for time, values in sorted(points.items())]
        for name, points in curves.items()
    }


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return abs(value) <= sys.float_info.max  # also false for NaN


def _lines(path: Path) -> List[dict]:
    lines = read_text(path).split('\n')
    found = []
    for number, text in enumerate(lines, 1):
        if not text.strip():
            continue
        try:
            line = json.loads(text)
            if not isinstance(line, dict):
                raise ValueError(f'found {text[:80]!r}')
        except (ValueError, RecursionError) as error:
            if number == len(lines):
                break
            raise InputError(f'{path}: line {number}: expected a JSON object: '
                             f'{error}') from error
        found.append(line)
    return found
