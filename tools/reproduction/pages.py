"""Pages of HTML with charts, one for each table."""
import os
from pathlib import Path
from typing import List, Tuple

from projects_move.errors import InputError
from projects_move.visualization.report import Method, RunFolder, write_report
from .rows import Row, Table
from .run import Run


def write_pages(tables: List[Table], out: Path,
                spread: str) -> Tuple[List[Path], List[str]]:
    """Write a page for each table that has a finished run. A page has no
    recorded results, which are metrics only.

    Args:
        tables: Tables of runs.
        out: File of the page; with several tables, a number is added.
        spread: ``'std'`` or ``'sem'``, after each mean.

    Returns:
        Pages, and what they had to leave out or why there is none, as for
        rows of different classes.
    """
    pages, problems = [], []
    for number, table in enumerate(tables, 1):
        rows = [row._replace(runs=_with_folders(row)) for row in table.rows]
        rows = [row for row in rows if row.runs]
        if all(run.metrics is None for row in rows for run in row.runs):
            continue
        name = out.name if len(tables) == 1 else \
            f'{out.stem}-{number}{out.suffix}'
        try:
            problems += write_report([_method(row) for row in rows],
                                     out.with_name(name),
                                     title=table.caption,
                                     spread=spread)
            pages.append(out.with_name(name))
        except InputError as error:
            problems.append(f'no report of {table.caption}: {error}')
    return pages, problems


def _with_folders(row: Row) -> Tuple[Run, ...]:
    """Runs of a row without those of which only the metrics are recorded."""
    return tuple(run for run in row.runs if not run.is_recorded)


def _method(row: Row) -> Method:
    return Method(
        row.name,
        tuple(
            RunFolder(
                run.folder, run.metrics_file.parent if run.metrics_file.exists(
                ) else None, run.seed) for run in row.runs))


def links(pages: List[Path], folder: Path) -> str:
    """Links of Markdown to pages, relative to a folder."""
    return ', '.join(f'[{path.name}](<{os.path.relpath(path, folder)}>)'
                     for path in pages)
