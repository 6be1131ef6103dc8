"""Results by seed in one csv file, to publish and to compare with.

A line has the name of a run, its seed and overrides, its commit and versions,
and all its metrics.
"""
import csv
import io
import math
from pathlib import Path
from typing import Dict, Iterable, NamedTuple, Tuple

from projects_move.errors import InputError
from projects_move.utils.escape import csv_line, from_csv
from projects_move.utils.results import read_text

COLUMNS = ['run', 'seed', 'overrides', 'commit', 'versions']
Key = Tuple[str, int, str]  # name of the run, seed, overrides


class SeedResult(NamedTuple):
    """Metrics by name and provenance of a run."""
    metrics: Dict[str, float]
    provenance: dict


def seed_csv(runs: Iterable) -> str:
    """A line for each finished run; metrics have six decimals."""
    runs = [run for run in runs if run.metrics is not None]
    names = list(dict.fromkeys(name for run in runs for name in run.metrics))
    lines = [csv_line([*COLUMNS, *names])]
    for run in runs:
        source, metrics = run.provenance, run.metrics
        lines.append(
            csv_line([
                run.name, run.seed, run.overrides,
                source.get('commit'),
                versions_text(source.get('versions', {})),
                *(round(metrics[name], 6) if name in metrics else None
                  for name in names)
            ]))
    return ''.join(lines)


def read_seed_csv(path: Path) -> Dict[Key, SeedResult]:
    """Results in a file that :func:`seed_csv` wrote.

    Raises:
        MissingInputError: If there is no such file.
        InputError: For a file without these columns, a faulty number, and a
            run that is listed twice, with the line.
    """
    reader = csv.DictReader(
        io.StringIO(read_text(path), newline=''), strict=True)
    results: Dict[Key, SeedResult] = {}
    try:
        if (reader.fieldnames or [])[:len(COLUMNS)] != COLUMNS:
            raise ValueError(f'expected the columns {", ".join(COLUMNS)}, '
                             f'found {reader.fieldnames}')
        for row in reader:
            if None in row or None in row.values():
                raise ValueError(f'expected {len(reader.fieldnames)} fields')
            name, seed, overrides, commit, versions = (
                from_csv(row.pop(column)) for column in COLUMNS)
            key = name, int(seed), overrides
            if key in results:
                raise ValueError(f'{name}, seed {seed}, is listed twice')
            results[key] = SeedResult(
                {
                    metric: _number(cell)
                    for metric, cell in row.items() if cell
                }, dict(commit=commit, versions=_versions(versions)))
    except (ValueError, csv.Error) as error:
        raise InputError(f'{path}: line {reader.line_num}: {error}') from error
    return results


def versions_text(versions: Dict[str, str]) -> str:
    """Versions by package in one line.

    Example:
        >>> versions_text({'python': '3.11.2', 'torch': '2.13.0'})
        'python 3.11.2, torch 2.13.0'
    """
    return ', '.join(f'{name} {number}' for name, number in versions.items())


def _versions(text: str) -> Dict[str, str]:
    pairs = (part.rpartition(' ') for part in text.split(', ') if part)
    return {name: number for name, _, number in pairs}


def _number(cell: str) -> float:
    value = float(cell)
    if not math.isfinite(value):
        raise ValueError(f'expected a finite number, found {cell}')
    return value
