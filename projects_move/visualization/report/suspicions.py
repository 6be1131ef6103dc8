"""What makes the numbers of a report doubtful."""
from collections import Counter
from typing import Dict, List, Optional, Sequence

import numpy as np

from .run_record import MethodRecord, RunRecord
from .score_summary import ScoreSummary

NAMED = 8  # classes named in a sentence
FEW_VIDEOS = 5  # of a test: each moves the result of its class a lot
MAX_ECE = .1

Summaries = Dict[str, List[ScoreSummary]]  # of the runs of each method


def suspicions(records: Sequence[MethodRecord],
               summaries: Summaries) -> List[str]:
    """Sentences on whatever a reader has to know before trusting a number.

    Args:
        records: Methods with their finished runs.
        summaries: Scores of the runs of a method, as far as they were kept.
    """
    return [
        *_of_classes(records),
        *_of_lists(records),
        *_of_seeds(records),
        *(text for record in records
          for text in _of_scores(record, summaries.get(record.name, []))),
        *(text for record in records
          for text in _of_calibration(record, summaries.get(record.name, []))),
        *_of_origin(records),
    ]


def _of_classes(records: Sequence[MethodRecord]) -> List[str]:
    rows = records[0].runs[0].classes
    found = []
    for text, chosen in (
        ('no training video',
         [row for row in rows if row['training_videos'] == 0]),
        ('no test video, so no result', [
            row for row in rows if row['test_videos'] == 0 or (
                row['test_videos'] is None and np.isnan(row['ap']))
        ]),
        (f'fewer than {FEW_VIDEOS} test videos: each of them changes the AP '
         'of its class a lot', [
             row for row in rows if row['test_videos'] is not None
             and 0 < row['test_videos'] < FEW_VIDEOS
         ]),
    ):
        if chosen:
            found.append(f'{_classes(len(chosen))} with {text}: '
                         f'{_some([row["name"] for row in chosen])}.')
    return found


def _of_lists(records: Sequence[MethodRecord]) -> List[str]:
    """Runs that were not tested on the same videos, or not on unseen ones."""
    found = []
    tested = {
        record.name: {_test_list(run)
                      for run in record.runs}
        for record in records
    }
    lists = Counter(each for names in tested.values() for each in names)
    if len(lists) > 1:
        usual = lists.most_common(1)[0][0]
        others = [name for name, names in tested.items() if names != {usual}]
        found.append('The methods were not tested on the same videos, so '
                     'their numbers cannot be compared: '
                     f'{_some(others)} against the others.')
    validated = [
        record.name for record in records
        if any(run.is_validation for run in record.runs)
    ]
    if validated:
        found.append('Results of the last validation, not of a test: '
                     f'{_some(validated)}.')
    for text, check in (
        ('The test list is the training list', _is_tested_on_training),
        ('The checkpoint was chosen by its results on the test list, which '
         'flatters it', _is_chosen_on_test)):
        names = [
            record.name for record in records if any(map(check, record.runs))
        ]
        if names:
            found.append(f'{text}: {_some(names)}.')
    return found


def _test_list(run: RunRecord) -> tuple:
    return (run.is_validation, tuple(row['test_videos']
                                     for row in run.classes))


def _is_tested_on_training(run: RunRecord) -> bool:
    split = 'val' if run.is_validation else 'test'
    return _list_of(run, split) is not None and \
        _list_of(run, split) == _list_of(run, 'train')


def _is_chosen_on_test(run: RunRecord) -> bool:
    best = run.config.get('default_hooks', 'checkpoint', 'save_best')
    return bool(best) and not run.is_validation and \
        _list_of(run, 'test') is not None and \
        _list_of(run, 'test') == _list_of(run, 'val')


def _list_of(run: RunRecord, split: str) -> Optional[tuple]:
    dataset = run.config.dataset(split)
    named = [dataset.get('ann_file'), dataset.get('split')]
    if not any(isinstance(each, str) for each in named):
        return None
    return tuple(
        str(dataset.get(key))
        for key in ('data_root', 'ann_file', 'split', 'held_out', 'subset'))


def _of_seeds(records: Sequence[MethodRecord]) -> List[str]:
    found = []
    seeds = {
        record.name: {run.seed
                      for run in record.runs}
        for record in records
    }
    if len({frozenset(each) for each in seeds.values()}) > 1:
        numbers = sorted(map(len, seeds.values()))
        found.append(
            'The methods do not have the same seeds '
            f'({numbers[0]} to {numbers[-1]} runs); a test uses those '
            'that two methods have in common.')
    for record in records:
        if record.unfinished:
            names = [path.name for path in record.unfinished]
            found.append(f'{record.name}: not finished: {_some(names)}.')
        same = Counter(
            tuple(sorted(run.metrics.items())) for run in record.runs)
        if len(record.runs) > 1 and max(same.values()) > 1:
            found.append(f'{record.name}: {max(same.values())} seeds have '
                         'exactly the same metrics: is it one run?')
        found += _outliers(record)
    return found


def _outliers(record: MethodRecord) -> List[str]:
    """Seeds with less than half of the median mAP of their method."""
    values = record.values('mAP')
    median = float(np.median(list(values.values()))) if values else 0.
    return [
        f'{record.name}: seed {seed} has an mAP of {value:.3f}, less than '
        f'half of the median {median:.3f} of its seeds.'
        for seed, value in values.items() if value < median / 2
    ]


def _of_scores(record: MethodRecord,
               summaries: List[ScoreSummary]) -> List[str]:
    found = []
    faulty = sum(each.faulty for each in summaries)
    if faulty:
        found.append(f'{record.name}: {faulty} videos of a test have scores '
                     'that are NaN or infinite.')
    if summaries:
        predicted = np.sum([each.predicted for each in summaries], 0)
        never = [
            row['name']
            for row, count in zip(record.runs[0].classes, predicted)
            if count == 0 and row['test_videos'] != 0
        ]
        if never:
            seeds = 'with any seed'
            if len(summaries) < len(record.runs):
                seeds = (f'in the {len(summaries)} of {len(record.runs)} runs '
                         'that have scores')
            found.append(f'{record.name} never predicts {_classes(len(never))}'
                         f', {seeds}: {_some(never)}.')
    return found


def _of_calibration(record: MethodRecord,
                    summaries: List[ScoreSummary]) -> List[str]:
    errors = list(record.values('ece').values())
    if not errors or np.mean(errors) <= MAX_ECE:
        return []
    excess = [each.excess for each in summaries if each.excess is not None]
    found = f'{record.name}: the calibration error is {np.mean(errors):.3f}'
    if excess:
        mean = float(np.mean(excess))
        found += (f'; its scores are too {"high" if mean > 0 else "low"}, by '
                  f'{abs(mean):.3f} on average')
    return [found + '.']


def _of_origin(records: Sequence[MethodRecord]) -> List[str]:
    found = []
    origins = [run.provenance for record in records for run in record.runs]
    commits = {each.get('commit') for each in origins} - {None}
    versions = {
        tuple(sorted(map(str,
                         each.get('versions', {}).items())))
        for each in origins if each
    }
    if len(commits) > 1:
        found.append('The runs are of several commits: '
                     f'{_some(sorted(map(str, commits)))}.')
    if any(str(commit).endswith('-dirty') for commit in commits):
        found.append('Some runs are of a checkout with uncommitted changes.')
    if len(versions) > 1:
        found.append('The runs are of several versions of Python or the '
                     'libraries.')
    return found


def _classes(count: int) -> str:
    return f'{count} class' + ('' if count == 1 else 'es')


def _some(names: Sequence[str]) -> str:
    """The first names, and the number of the others."""
    more = len(names) - NAMED
    return ', '.join(names[:NAMED]) + (f' and {more} more' if more > 0 else '')
