"""Results by seed in one csv file, to publish and to compare with.

A line has the name of a run, its seed and overrides, its commit and versions,
and all its metrics in full precision.
"""
import csv
import io
import math
from dataclasses import replace
from pathlib import Path
from typing import Dict, Iterable, List

from projects_move.errors import InputError
from projects_move.utils.escape import csv_line, from_csv
from projects_move.utils.provenance import versions_text
from projects_move.utils.results import read_text
from .rows import Table
from .run import Key, Run, SeedResult

COLUMNS = ['run', 'seed', 'overrides', 'commit', 'versions']


def with_results(tables: List[Table], path: Path) -> List[Table]:
    """Tables whose runs have the results in a file; says how many it used.

    Raises:
        InputError: For a file that cannot be read, and one without a result
            of these tables.
    """
    found = read_seed_csv(path)
    keys = {run.key for table in tables for run in table.runs}
    used = keys & set(found)
    if not used:
        name, seed, overrides = next(iter(found), ('nothing', '', ''))
        raise InputError(
            f'{path}: expected a result of the same config, methods, seed and '
            f'overrides as a run of the table; its first one is {name}, seed '
            f'{seed!r}, overrides {overrides!r}')
    print(f'{path}: {len(used)} of its {len(found)} results are used')
    return [
        table._replace(rows=[
            row._replace(
                runs=tuple(
                    replace(run, recorded=found.get(run.key))
                    for run in row.runs)) for row in table.rows
        ]) for table in tables
    ]


def seed_csv(runs: Iterable[Run], others: Dict[Key, SeedResult]) -> str:
    """A line for each finished run, after those of other results."""
    results = dict(others)
    for run in runs:
        if run.metrics is not None:
            results[run.key] = SeedResult(run.metrics, run.provenance)
    names = list(
        dict.fromkeys(name for result in results.values()
                      for name in result.metrics))
    lines = [csv_line([*COLUMNS, *names])]
    for key, (metrics, provenance) in results.items():
        lines.append(
            csv_line([
                *key,
                provenance.get('commit', 'unknown'),
                versions_text(provenance.get('versions', {})),
                *(metrics.get(name) for name in names)
            ]))
    return ''.join(lines)


def read_seed_csv(path: Path) -> Dict[Key, SeedResult]:
    """Results in a file that :func:`seed_csv` wrote.

    Raises:
        MissingInputError: If there is no such file.
        InputError: For a file without these columns, a faulty number, a run
            without metrics or listed twice, with the line.
    """
    reader = csv.reader(io.StringIO(read_text(path), newline=''), strict=True)
    results: Dict[Key, SeedResult] = {}
    try:
        head = next(reader, [])
        names = [from_csv(cell) for cell in head[len(COLUMNS):]]
        if head[:len(COLUMNS)] != COLUMNS or len(set(names)) < len(names):
            raise ValueError(f'expected the columns {", ".join(COLUMNS)} and '
                             f'each metric once, found {", ".join(head)!r}')
        for row in filter(any, reader):
            if len(row) != len(head):
                raise ValueError(f'expected {len(head)} cells, found '
                                 f'{len(row)}')
            cells = [from_csv(cell) for cell in row]
            name, seed, overrides, commit, versions = cells[:len(COLUMNS)]
            key = name, _seed(seed), overrides
            if key in results:
                raise ValueError(f'{name}, seed {seed}, is listed twice')
            metrics = {
                metric: _number(metric, cell)
                for metric, cell in zip(names, cells[len(COLUMNS):]) if cell
            }
            if not metrics:
                raise ValueError('expected metrics, found none')
            results[key] = SeedResult(
                metrics, dict(commit=commit, versions=_versions(versions)))
    except (ValueError, csv.Error) as error:
        raise InputError(f'{path}: line {reader.line_num}: {error}') from error
    return results


def _versions(text: str) -> Dict[str, str]:
    pairs = (part.rpartition(' ') for part in text.split(', ') if part)
    return {name: number for name, _, number in pairs}


def _seed(cell: str) -> int:
    if not (cell.isascii() and cell.isdigit()):
        raise ValueError(f'expected a seed from 0, found {cell!r}')
    return int(cell)


def _number(metric: str, cell: str) -> float:
    try:
        value = math.nan if '_' in cell else float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ValueError(f'expected a number for {metric}, found {cell!r}')
    return value
