"""Pages of HTML with charts, one for each table."""
import os
from pathlib import Path
from typing import Dict, List

from projects_move.visualization.report import Method, RunFolder, write_report
from .rows import Row, Table


def write_pages(tables: List[Table], out: Path,
                spread: str) -> Dict[str, Path]:
    """Write a page for each table that has a finished run.

    Args:
        tables: Tables of runs.
        out: File of the page; with several tables, a number is added.
        spread: ``'std'`` or ``'sem'``, after each mean.

    Returns:
        Pages, by the captions of their tables.

    Raises:
        InputError: If plotly or jinja2 is not installed, and for rows of
            different classes.
    """
    pages = {}
    for number, table in enumerate(tables, 1):
        if all(run.metrics is None for row in table.rows for run in row.runs):
            continue
        name = out.name if len(tables) == 1 else \
            f'{out.stem}-{number}{out.suffix}'
        pages[table.caption] = out.with_name(name)
        write_report([_method(row) for row in table.rows],
                     pages[table.caption],
                     title=table.caption,
                     spread=spread)
    return pages


def _method(row: Row) -> Method:
    return Method(
        row.name,
        tuple(
            RunFolder(
                run.folder, run.metrics_file.parent if run.metrics_file.exists(
                ) else None, run.seed) for run in row.runs))


def links(pages: Dict[str, Path], folder: Path) -> str:
    """Links of Markdown to pages, relative to a folder."""
    return ', '.join(
        f'[report: {path.name}](<{os.path.relpath(path, folder)}>)'
        for path in pages.values())
