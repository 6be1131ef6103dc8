"""Tables of metrics as Markdown, CSV and LaTeX."""
from pathlib import Path
from typing import Dict, List, NamedTuple, Optional

from projects_move.errors import InputError
from projects_move.evaluation.seed_statistics import Column
from projects_move.file_io import atomic_write
from projects_move.utils import escape
from .rows import Row, Table, distinct_runs, significance_notes
from .seed_results import read_seed_csv, seed_csv


class Format(NamedTuple):
    """Marks of a format.

    Args:
        bold: Template of the best mean.
        plus_minus: Sign between mean and spread.
        check: Mark of a model with aggregators.
        dagger: Mark of a mean within the noise of the best one.
    """
    bold: str
    plus_minus: str
    check: str
    dagger: str


SEEDS = '-seeds.csv'
ENDINGS = ('.md', '.csv', '.tex', SEEDS)
MARKDOWN = Format('**%s**', ' ± ', '✓', '†')
LATEX = Format(r'\textbf{%s}', r' $\pm$ ', r'\checkmark', r'$^\dagger$')


def _cell(column: Column, index: int, spread: str, marks: Format) -> str:
    mean, deviation = column.means[index], column.spread(index, spread)
    if mean is None:
        return '-'
    text = f'{mean:.3f}'
    if column.is_best(index):
        text = marks.bold % text
    elif column.comparison.is_within_noise(index):
        text += marks.dagger
    if deviation is None:
        return text
    return f'{text}{marks.plus_minus}{deviation:.3f}'


def _paper(row: Row, index: int) -> str:
    value, = row.paper[index:index + 1] or (None, )
    return '-' if value is None else f'{value:.3f}'


def _seeds(row: Row) -> str:
    done = len(row.runs) - len(row.failed)
    return str(done) if not row.failed else f'{done} of {len(row.runs)}'


def _columns(table: Table) -> List[Column]:
    return [table.column(key) for key in table.columns.values()]


def _lines(table: Table, columns: List[Column], spread: str,
           marks: Format) -> List[List[str]]:
    """Cells of the header and of all rows."""
    has_paper = [table.has_paper(i) for i in range(len(columns))]
    head = ['Method'] + ['Agg'] * table.has_aggregated
    for name, paper in zip(table.columns, has_paper):
        head += [name] + [f'{name} (paper)'] * paper
    lines = [head + ['Seeds']]
    for index, row in enumerate(table.rows):
        line = [row.name]
        if table.has_aggregated:
            line.append(marks.check if row.aggregated else '')
        for i, column in enumerate(columns):
            line.append(_cell(column, index, spread, marks))
            if has_paper[i]:
                line.append(_paper(row, i))
        lines.append(line + [_seeds(row)])
    return lines


def failures(table: Table) -> List[str]:
    """Failed runs of a table, with their logs, and faulty files."""
    lines = []
    for row in table.rows:
        for run in row.runs:
            if run in row.failed and not run.is_stopped:
                lines.append(f'{row.name}, seed {run.seed}: {run.log}')
            lines += run.problems
    return list(dict.fromkeys(lines))


def stopped(table: Table) -> List[str]:
    """Runs of a table that a signal has stopped, with their logs."""
    return [
        f'{row.name}, seed {run.seed}: {run.log}' for row in table.rows
        for run in row.runs if run.is_stopped
    ]


def markdown(tables: List[Table], footer: str, spread: str = 'std') -> str:
    """Tables with the means and a spread, ``'std'`` or ``'sem'``."""
    text = []
    for table in tables:
        columns = _columns(table)
        head, *lines = _lines(table, columns, spread, MARKDOWN)
        text += [f'**{escape.markdown(table.caption)}**', '']
        text += [_markdown_line([escape.markdown(cell) for cell in head])]
        text.append('|' + ' --- |' * len(head))
        for name, *cells in lines:
            text.append(_markdown_line([escape.markdown(name), *cells]))
        text.append('')
        notes = significance_notes(table, columns)
        text += [escape.markdown(' '.join(notes)), ''] if notes else []
        for title, runs in (('Failed', failures(table)),
                            ('Stopped by a signal; the same command goes on',
                             stopped(table))):
            if runs:
                listed = [f'- {escape.markdown(line)}' for line in runs]
                text += [f'{title}:', '', *listed, '']
    return '\n'.join([*text, footer, ''])


def _markdown_line(cells: List[str]) -> str:
    return '| ' + ' | '.join(cells) + ' |'


def latex(tables: List[Table], footer: str, spread: str = 'std') -> str:
    text = [f'% {line}' for line in footer.splitlines()]
    for table in tables:
        columns = _columns(table)
        head, *lines = _lines(table, columns, spread, LATEX)
        notes = escape.latex(' '.join(significance_notes(table, columns)))
        notes = notes.replace('†', LATEX.dagger).replace('≥', r'$\geq$')
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
            *([rf'\par\footnotesize {notes}'] if notes else []),
            r'\end{table}',
        ]
        text += [
            f'% {state}: {escape.one_line(line)}'
            for state, runs in (('failed', failures(table)), ('stopped',
                                                              stopped(table)))
            for line in runs
        ]
    return '\n'.join([*text, ''])


def to_csv(tables: List[Table]) -> str:
    """One line for each table, row and metric, in full precision. The p-value
    is that of :class:`significance.Comparison`."""
    lines = [
        escape.csv_line([
            'table', 'method', 'aggregated', 'config', 'metric', 'paper',
            'mean', 'std', 'sem', 'p_value', 'seeds', 'failed'
        ])
    ]
    for table in tables:
        columns = _columns(table)
        for index, row in enumerate(table.rows):
            for i, (name, column) in enumerate(zip(table.columns, columns)):
                paper, = row.paper[i:i + 1] or (None, )
                lines.append(
                    escape.csv_line([
                        table.caption, row.name, row.aggregated,
                        row.runs[0].name, name, paper, column.means[index],
                        column.spread(index, 'std'),
                        column.spread(index, 'sem'),
                        column.comparison.p_values[index],
                        len(column.values[index]),
                        len(row.failed)
                    ]))
    return ''.join(lines)


def table_files(out: Path) -> Dict[str, Path]:
    """Files of a table, by their ending.

    Example:
        >>> [str(path) for path in table_files(Path('lt0.01')).values()]
        ['lt0.01.md', 'lt0.01.csv', 'lt0.01.tex', 'lt0.01-seeds.csv']
    """
    name = out.stem if out.suffix in ENDINGS else out.name
    return {ending: out.with_name(name + ending) for ending in ENDINGS}


def check_out(out: Path, results: Optional[Path]) -> None:
    """Find out before the runs what hinders the files of a table.

    Raises:
        InputError: If the table would replace the results by seed that are
            read, and for results by seed that cannot be read.
    """
    files = table_files(out)
    if results and files['.csv'].resolve() == results.resolve():
        raise InputError(f'--out {out} would replace {results}')
    if files[SEEDS].exists():
        read_seed_csv(files[SEEDS])


def write_files(tables: List[Table],
                out: Path,
                footer: str,
                spread: str = 'std') -> List[Path]:
    """Write the tables and the results by seed, after those of other runs in
    the same file."""
    paths = table_files(out)
    others = read_seed_csv(paths[SEEDS]) if paths[SEEDS].exists() else {}
    texts = {
        '.md': markdown(tables, footer, spread),
        '.csv': to_csv(tables),
        '.tex': latex(tables, footer, spread),
        SEEDS: seed_csv(distinct_runs(tables), others)
    }
    for ending, path in paths.items():
        with atomic_write(path) as draft:
            draft.write_bytes(texts[ending].encode())
    return list(paths.values())
