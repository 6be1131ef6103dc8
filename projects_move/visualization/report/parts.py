"""The parts of the page, as its template takes them."""
import shlex
from pathlib import Path
from typing import List, Optional, Sequence, Tuple

import numpy as np

from projects_move.errors import InputError
from projects_move.utils.escape import visible
from projects_move.utils.provenance import versions_text
from projects_move.utils.saved_scores import read_scores
from projects_move.visualization.confusion import most_confused_pairs
from . import charts
from .chart import Chart, rounded
from .class_results import ClassResults
from .metric_table import MetricColumn
from .run_record import MethodRecord, RunRecord
from .score_summary import predictions
from .suspicions import Summaries
from .thumbnails import Thumbnail, choose, thumbnails, video_paths

PAIRS = 10  # of each method


def sizes(records: Sequence[MethodRecord]) -> dict:
    """Numbers of runs, classes and labels of the test."""
    rows = records[0].runs[0].classes
    test = [row['test_videos'] for row in rows]
    return dict(
        num_runs=sum(len(record.runs) for record in records),
        num_classes=len(rows),
        num_videos=None if None in test else sum(test))


def table_rows(records: Sequence[MethodRecord],
               columns: Sequence[MetricColumn], spread: str) -> List[dict]:
    """Cells of each method: mean, spread, and the marks of the tests."""
    return [
        dict(
            name=record.name,
            seeds=len(record.runs),
            cells=[
                dict(
                    mean=each.column.means[i],
                    spread=each.column.spread(i, spread),
                    is_best=each.column.is_best(i),
                    is_close=each.column.comparison.is_within_noise(i))
                for each in columns
            ]) for i, record in enumerate(records)
    ]


def all_charts(records: Sequence[MethodRecord], results: ClassResults,
               summaries: Summaries) -> List[Chart]:
    """Charts that the runs have the numbers of."""
    return [
        *charts.group_bars(records, 'mAP', 'map', 'mAP by group of classes'),
        *charts.group_bars(records, 'acc1', 'acc1',
                           'Acc@1 by group of classes'),
        *charts.frequency(records, results),
        *charts.class_sizes(records),
        *charts.reliability(records, summaries),
        *charts.training(records, 'loss', 'loss', 'Loss during the training'),
        *charts.training(records, 'mAP', 'validation',
                         'Validated mAP during the training'),
        *charts.training(records, 'mAP_tail', 'validation-tail',
                         'Validated mAP of the tail during the training'),
    ]


def frequent_mistakes(records: Sequence[MethodRecord],
                      summaries: Summaries) -> List[dict]:
    """Pairs of classes that are confused most often, of each method: label,
    predicted class and number of labels, of all seeds together."""
    names = _class_names(records[0])
    found = []
    for record in records:
        matrices = [each.confusion for each in summaries.get(record.name, [])]
        pairs = most_confused_pairs(np.sum(matrices, 0), PAIRS) \
            if matrices else []
        if pairs:
            found.append(
                dict(
                    name=record.name,
                    pairs=[(names[pair.label], names[pair.predicted],
                            f'{pair.count:,.1f}'.removesuffix('.0'))
                           for pair in pairs]))
    return found


def examples(record: MethodRecord, videos: Optional[Path],
             count: int) -> Optional[dict]:
    """Videos of the first run that have right and wrong predictions; None if
    no raw video is found.

    Raises:
        InputError: If the folder ``videos`` is given, and holds no video of
            the test or is no folder.
    """
    run = record.runs[0]
    names = _class_names(record)
    path_of = video_paths(run, names, videos)
    try:
        found = predictions(read_scores(run.results, len(run.classes)))
    except InputError:  # on the page already
        found = []
    found = [each for each in found if path_of(each)]
    if not found:
        if videos is not None:
            raise InputError(f'{videos}: expected videos of the test of '
                             f'{run.results}, found none of them')
        return None
    groups = []
    training = [row['training_videos'] for row in run.classes]
    for is_right, heading in ((False, 'Wrong, with the highest scores'), (
            True, 'Right, of the classes with the fewest training videos')):
        made = thumbnails(choose(found, training, is_right, count), path_of)
        if made:
            groups.append((heading, [_example(each, names) for each in made]))
    return dict(method=record.name, seed=_seed(run), groups=groups)


def _example(made: Thumbnail, names: Sequence[str]) -> dict:
    found = made.prediction
    return dict(
        picture=made.picture,
        problem=made.problem,
        video=found.video,
        predicted=names[found.predicted],
        labels=', '.join(names[label] for label in found.labels),
        score=f'{found.score:.2f}',
        is_right=found.is_right)


def method(record: MethodRecord) -> dict:
    """Config, commands, commits and versions of a method."""
    return dict(
        name=record.name,
        config=record.runs[0].config.text,
        runs=[
            dict(
                seed=_seed(run),
                folder=str(run.results),
                command=_command(run.provenance.get('command')),
                commit=run.provenance.get('commit', 'not recorded'),
                versions=versions_text(run.provenance.get('versions', {}))
                or 'versions not recorded') for run in record.runs
        ])


def _command(words: object) -> str:
    if not isinstance(words, list):
        return ''
    return shlex.join(map(str, words))


def _seed(run: RunRecord) -> object:
    return run.seed if run.seed >= 0 else 'unknown'


def script_data(records: Sequence[MethodRecord], results: ClassResults,
                compared: Tuple[int, int], drawn: Sequence[Chart]) -> dict:
    """What the script of the page needs, ready for JSON."""
    rows = records[0].runs[0].classes
    return dict(
        methods=[_line(record.name) for record in records],
        compared=None if compared[0] == compared[1] else list(compared),
        classes=dict(
            name=[_line(row['name']) for row in rows],
            group=[row['group'] for row in rows],
            training=[row['training_videos'] for row in rows],
            test=[row['test_videos'] for row in rows]),
        ap=[rounded(each) for each in results.mean],
        spread=[rounded(each) for each in results.spread],
        charts=[
            dict(key=each.key, data=each.data, layout=each.layout)
            for each in drawn
        ])


def _line(name: str) -> str:
    return ' '.join(visible(name).split('\n'))


def _class_names(record: MethodRecord) -> List[str]:
    return [row['name'] for row in record.runs[0].classes]
