"""Results of tests, of one or several seeds of a run."""
import logging
from pathlib import Path
from typing import Dict, List, NamedTuple, Sequence

import numpy as np
from mmengine.logging import print_log

from projects_move.errors import InputError, MissingInputError
from projects_move.utils.results import read_metrics, read_per_class
from projects_move.visualization.class_axis import GROUPS
from projects_move.visualization.report.run_folders import SEED, split_name


class Run(NamedTuple):
    """Results of the classes in N tests of the same data.

    Attributes:
        folders: Folders of the tests.
        names: Names of the S classes.
        class_counts: Training videos of each class, int64 ``(S,)``.
        groups: Group of each class.
        results: Metrics of the classes by name, such as ``ap``, float64
            ``(N, S)``, NaN for a class without test videos.
    """
    folders: List[Path]
    names: List[str]
    class_counts: np.ndarray
    groups: List[str]
    results: Dict[str, np.ndarray]

    def mean(self, metric: str) -> np.ndarray:
        """Mean of the tests, ``(S,)``.

        Raises:
            InputError: If the results lack the metric.
        """
        if metric not in self.results:
            raise InputError(f'{self.folders[0] / "per_class.csv"}: expected '
                             f'the column {metric}, found '
                             f'{sorted(self.results)}')
        return self.results[metric].mean(0)

    def group_values(self, metric: str) -> Dict[str, List[float]]:
        """Metric of each test in ``metrics.json``, of all classes and by
        group.

        Raises:
            InputError: If a test lacks the metric.
        """
        tests = [
            read_metrics(folder / 'metrics.json') for folder in self.folders
        ]
        values = {}
        for group in ('all', *GROUPS):
            key = metric if group == 'all' else f'{metric}_{group}'
            found = [test[key] for test in tests if key in test]
            if found and len(found) < len(tests):
                missing = next(folder
                               for folder, test in zip(self.folders, tests)
                               if key not in test)
                raise InputError(f'{missing / "metrics.json"}: expected {key},'
                                 ' which other seeds have')
            if found:
                values[group] = found
        if not values:
            raise InputError(f'{self.folders[0] / "metrics.json"}: expected '
                             f'{metric}, found {sorted(tests[0])}')
        return values


def named_paths(texts: Sequence[str]) -> Dict[str, Path]:
    """Paths by name, from ``NAME=PATH`` or ``PATH``.

    A path without a name has that of its last folder.

    Raises:
        InputError: For an empty name or path, and two equal names.

    Example:
        >>> named_paths(['a=runs/x', 'runs/y'])
        {'a': PosixPath('runs/x'), 'y': PosixPath('runs/y')}
    """
    paths = {}
    for text in texts:
        name, path = split_name(text)
        name = name or path.resolve().name
        if name in paths:
            raise InputError(f'two results have the name {name!r}')
        paths[name] = path
    return paths


def test_folders(path: Path) -> List[Path]:
    """Folders of the tests of a run.

    Args:
        path: Folder of a test; work directory of a training with a test, as
            ``tools/train.py --test`` writes it; or folder of the seeds of a
            row, as ``tools/reproduce.py`` writes it; a warning names the
            seeds without a test.

    Raises:
        MissingInputError: If there is no test.
    """
    if not path.is_dir():
        raise MissingInputError(f'there is no folder {path}')
    for folder in (path, path / 'test'):
        if (folder / 'per_class.csv').is_file():
            return [folder]
    seeds = sorted((each for each in path.glob('seed*')
                    if each.is_dir() and SEED.fullmatch(each.name)),
                   key=lambda each: int(each.name[4:]))
    folders = [
        each / 'test' for each in seeds
        if (each / 'test' / 'per_class.csv').is_file()
    ]
    if not folders:
        raise MissingInputError(
            f'{path}: expected the results of a test, per_class.csv, in the '
            'folder, in test or in seed*/test, found none')
    unfinished = [each for each in seeds if each / 'test' not in folders]
    if unfinished:
        names = ', '.join(each.name for each in unfinished)
        print_log(f'{path}: left out {names}, without results of a test',
                  'current', logging.WARNING)
    return folders


test_folders.__test__ = False  # no test of pytest


def read_run(path: Path) -> Run:
    """Results of a run, see :func:`test_folders`.

    Raises:
        InputError: For faulty results, and for seeds with other classes.
    """
    folders = test_folders(path)
    tests = [read_per_class(folder / 'per_class.csv') for folder in folders]
    runs = []
    for folder, rows in zip(folders, tests):
        metrics = [
            key for key in rows[0] if key == 'ap' or key.startswith('acc')
        ]
        runs.append(
            Run([folder], [row['name'] for row in rows],
                np.array([row['training_videos'] for row in rows]),
                [row['group'] or 'all' for row in rows],
                {key: np.array([[row[key] for row in rows]])
                 for key in metrics}))  # yapf: disable
    require_same_classes(runs)
    common = set(runs[0].results).intersection(*(run.results for run in runs))
    return runs[0]._replace(
        folders=folders,
        results={
            key: np.concatenate([run.results[key] for run in runs])
            for key in sorted(common)
        })


def require_same_classes(runs: Sequence[Run]) -> None:
    """Check that all runs have the classes and training videos of the first.

    Raises:
        InputError: If one has others.
    """
    first = runs[0]
    for run in runs[1:]:
        if run.names != first.names or list(run.class_counts) != list(
                first.class_counts):
            raise InputError(
                f'{run.folders[0]}: expected the classes and training videos '
                f'of {first.folders[0]}, found others')


def first_of(runs: Dict[str, Run]) -> Run:
    """First of the runs, after :func:`require_same_classes`."""
    require_same_classes(list(runs.values()))
    return next(iter(runs.values()))


def only_one(runs: Dict[str, Run]) -> Run:
    """The run.

    Raises:
        InputError: For several runs.
    """
    if len(runs) != 1:
        raise InputError(f'expected one run, found {len(runs)}: '
                         f'{", ".join(runs)}')
    return next(iter(runs.values()))
