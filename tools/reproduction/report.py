"""Tables of metrics as Markdown, CSV and LaTeX."""
from pathlib import Path
from typing import Dict, List, NamedTuple, Optional, Tuple

import numpy as np

from projects_move.file_io import atomic_write
from projects_move.utils import escape
from .runs import Run


class Row(NamedTuple):
    """Row of a table: one method.

    Args:
        name: Name of the method.
        runs: Runs of the method, one for each seed.
        paper: Number of the paper for each column, None if it has none.
        aggregated: Whether the model has aggregators; None if unknown.
    """
    name: str
    runs: Tuple[Run, ...]
    paper: Tuple[Optional[float], ...] = ()
    aggregated: Optional[bool] = None

    def values(self, key: str) -> List[float]:
        """Values of a metric in the finished runs that have it."""
        metrics = [run.metrics or {} for run in self.runs]
        return [each[key] for each in metrics if each.get(key) is not None]

    def mean(self, key: str) -> Optional[float]:
        values = self.values(key)
        return float(np.mean(values)) if values else None

    def std(self, key: str) -> float:
        """Sample standard deviation over the seeds; 0 for one seed."""
        values = self.values(key)
        return float(np.std(values, ddof=1)) if len(values) > 1 else 0.

    @property
    def failed(self) -> List[Run]:
        """Runs without metrics."""
        return [run for run in self.runs if run.metrics is None]


class Table(NamedTuple):
    """Table of methods.

    Args:
        caption: Caption above the table.
        columns: Metrics, by the name of their column.
        rows: Rows, one for each method.
    """
    caption: str
    columns: Dict[str, str]
    rows: List[Row]

    def best(self, key: str) -> Optional[float]:
        """Highest mean in a column."""
        means = [row.mean(key) for row in self.rows]
        return max((mean for mean in means if mean is not None), default=None)

    @property
    def has_paper(self) -> bool:
        return any(row.paper for row in self.rows)

    @property
    def has_aggregated(self) -> bool:
        return any(row.aggregated is not None for row in self.rows)


def _cell(table: Table, row: Row, key: str, bold: str, plus: str) -> str:
    mean = row.mean(key)
    if mean is None:
        return '-'
    text = f'{mean:.3f}'
    if mean == table.best(key):
        text = bold % text
    return f'{text}{plus}{row.std(key):.3f}' if len(row.runs) > 1 else text


def _paper(row: Row, index: int) -> str:
    value = row.paper[index] if row.paper else None
    return '-' if value is None else f'{value:.3f}'


def _seeds(row: Row) -> str:
    done = len(row.runs) - len(row.failed)
    return str(done) if not row.failed else f'{done} of {len(row.runs)}'


def _lines(table: Table, bold: str, plus: str, mark: str) -> List[List[str]]:
    """Cells of the header and of all rows."""
    head = ['Method'] + ['Agg'] * table.has_aggregated
    for name in table.columns:
        head += [name] + [f'{name} (paper)'] * table.has_paper
    lines = [head + ['Seeds']]
    for row in table.rows:
        line = [row.name]
        if table.has_aggregated:
            line.append(mark if row.aggregated else '')
        for index, key in enumerate(table.columns.values()):
            line.append(_cell(table, row, key, bold, plus))
            if table.has_paper:
                line.append(_paper(row, index))
        lines.append(line + [_seeds(row)])
    return lines


def failures(table: Table) -> List[str]:
    """Failed runs of a table, with their logs, and faulty files."""
    lines = []
    for row in table.rows:
        for run in row.runs:
            if run in row.failed:
                lines.append(f'{row.name}, seed {run.seed}: {run.log}')
            lines += run.problems
    return list(dict.fromkeys(lines))


def markdown(tables: List[Table], footer: str) -> str:
    text = []
    for table in tables:
        head, *lines = _lines(table, '**%s**', ' ± ', '✓')
        text += [f'**{escape.markdown(table.caption)}**', '']
        text += [_markdown_line([escape.markdown(cell) for cell in head])]
        text.append('|' + ' --- |' * len(head))
        for name, *cells in lines:
            text.append(_markdown_line([escape.markdown(name), *cells]))
        text.append('')
        failed = [f'- {escape.markdown(line)}' for line in failures(table)]
        if failed:
            text += ['Failed:', '', *failed, '']
    return '\n'.join([*text, footer, ''])


def _markdown_line(cells: List[str]) -> str:
    return '| ' + ' | '.join(cells) + ' |'


def latex(tables: List[Table], footer: str) -> str:
    text = [f'% {line}' for line in footer.splitlines()]
    for table in tables:
        head, *lines = _lines(table, r'\textbf{%s}', r' $\pm$ ', r'\checkmark')
        text += [
            r'\begin{table}',
            rf'\caption{{{escape.latex(table.caption)}}}',
            rf"\begin{{tabular}}{{l{'c' * (len(head) - 1)}}}",
            r'\hline',
            ' & '.join(map(escape.latex, head)) + r' \\',
            r'\hline',
            *(' & '.join([escape.latex(line[0]), *line[1:]]) + r' \\'
              for line in lines),
            r'\hline',
            r'\end{tabular}',
            r'\end{table}',
        ]
        text += [
            f'% failed: {escape.one_line(line)}' for line in failures(table)
        ]
    return '\n'.join([*text, ''])


def to_csv(tables: List[Table]) -> str:
    """One line for each table, row and metric, in full precision."""
    lines = [
        escape.csv_line([
            'table', 'method', 'aggregated', 'config', 'metric', 'paper',
            'mean', 'std', 'seeds', 'failed'
        ])
    ]
    for table in tables:
        for row in table.rows:
            for index, (name, key) in enumerate(table.columns.items()):
                mean = row.mean(key)
                lines.append(
                    escape.csv_line([
                        table.caption, row.name, row.aggregated,
                        row.runs[0].name, name,
                        row.paper[index] if row.paper else None, mean,
                        None if mean is None else row.std(key),
                        len(row.values(key)),
                        len(row.failed)
                    ]))
    return ''.join(lines)


def write_files(tables: List[Table], stem: Path, footer: str) -> List[Path]:
    """Write STEM.md, STEM.csv and STEM.tex."""
    files = {
        '.md': markdown(tables, footer),
        '.csv': to_csv(tables),
        '.tex': latex(tables, footer)
    }
    for suffix, text in files.items():
        with atomic_write(stem.with_suffix(suffix)) as draft:
            draft.write_bytes(text.encode())
    return [stem.with_suffix(suffix) for suffix in files]
