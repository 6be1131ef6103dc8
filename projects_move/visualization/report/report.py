"""A report of runs in one page, which opens without a network."""
from datetime import datetime
from pathlib import Path
from typing import List, Optional, Sequence, Tuple

import projects_move
from projects_move.errors import InputError, MissingInputError
from projects_move.evaluation.seed_statistics import SPREADS
from projects_move.file_io import atomic_write
from projects_move.utils.provenance import command_line
from projects_move.utils.saved_scores import read_scores
from . import parts
from .chart import legend
from .class_results import class_results
from .findings import class_findings, findings, headline
from .metric_table import MetricColumn, metric_columns, test_note
from .page import render, require_libraries
from .run_folders import Method
from .run_record import MethodRecord, read_methods
from .score_summary import summarize
from .suspicions import Summaries, suspicions


def write_report(methods: Sequence[Method],
                 out: Path,
                 title: str = 'Results on long-tailed data',
                 spread: str = 'std',
                 videos: Optional[Path] = None,
                 num_thumbnails: int = 12) -> List[str]:
    """Write a page that compares runs.

    Args:
        methods: Runs of each method, see :func:`find_methods`.
        out: File to write.
        title: Heading of the page.
        spread: ``'std'`` or ``'sem'``, after the mean in the table.
        videos: Folder of raw videos instead of that of the config.
        num_thumbnails: Maximum number of videos of right and of wrong
            predictions each.

    Returns:
        Faults of files that the page had to leave out; they are on the page.

    Raises:
        InputError: If plotly or jinja2 is not installed, if no run can be
            read, and for runs of different classes.
    """
    require_libraries()
    problems: List[str] = []
    records = read_methods(methods, problems)
    summaries = _summaries(records, problems)
    columns = metric_columns(records)
    if not columns:
        raise InputError(
            f'{records[0].runs[0].results}: expected a metric of '
            f'LongTailMetric, found {", ".join(records[0].runs[0].metrics)}')
    results = class_results(records)
    found = findings(records, columns)
    compared = _compared(columns[0])
    drawn = parts.all_charts(records, results, summaries)
    text = render(
        title=title,
        created=datetime.now().astimezone().strftime('%Y-%m-%d %H:%M %z'),
        command=command_line(),
        version=projects_move.__version__,
        headline=headline(found),
        class_sentences=class_findings(records, results.mean, *compared),
        doubts=[*problems, *suspicions(records, summaries)],
        findings=found,
        columns=columns,
        rows=parts.table_rows(records, columns, spread),
        spread=SPREADS[spread],
        note=test_note(columns),
        charts=drawn,
        legend=legend(records),
        pairs=parts.frequent_mistakes(records, summaries),
        examples=parts.examples(records[compared[0]], videos, num_thumbnails),
        methods=[parts.method(record) for record in records],
        data=parts.script_data(records, results, compared, drawn),
        **parts.sizes(records))
    with atomic_write(out) as draft:
        draft.write_bytes(text.encode())
    return problems


def _summaries(records: Sequence[MethodRecord],
               problems: List[str]) -> Summaries:
    """Summaries of the scores that were kept."""
    found: Summaries = {}
    for record in records:
        for run in record.runs:
            try:
                scores = read_scores(run.results, len(run.classes))
            except MissingInputError:  # too large to be kept
                continue
            except InputError as error:
                problems.append(str(error))
                continue
            found.setdefault(record.name, []).append(summarize(scores))
    return found


def _compared(metric: MetricColumn) -> Tuple[int, int]:
    """The best method, and the first of the others, or the next best one if
    the first is the best. Equal for a single method."""
    best = metric.best
    others = [index for index in metric.ranked() if index != best]
    if not others:
        return best, best
    return best, (others[0] if best == 0 else min(others))
