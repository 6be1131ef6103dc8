"""Everything that a run has left in its folder, but its scores."""
from pathlib import Path
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Sequence

from projects_move.errors import InputError, MissingInputError
from projects_move.utils.results import (read_metrics, read_per_class,
                                         read_provenance)
from projects_move.utils.training_log import Curve, read_curves
from .dumped_config import DumpedConfig, find_config, read_dumped_config
from .run_folders import Method, RunFolder

NO_CONFIG = DumpedConfig('', {})


class RunRecord(NamedTuple):
    """A finished run.

    Args:
        seed: Seed; a negative number, different in each run of a method, if
            it is unknown.
        results: Folder of its results, of the name ``val`` if it was only
            validated.
        metrics: Metrics by name.
        classes: Result of each class, see
            :func:`projects_move.utils.results.read_per_class`.
        config: Config; empty if there is none.
        provenance: Command, commit and versions, as far as they are known.
        curves: See :func:`projects_move.utils.training_log.read_curves`.
    """
    seed: int
    results: Path
    metrics: Dict[str, float]
    classes: List[dict]
    config: DumpedConfig
    provenance: dict
    curves: Dict[str, Curve]

    @property
    def is_validation(self) -> bool:
        return self.results.name == 'val'


class MethodRecord(NamedTuple):
    """Finished runs of a method.

    Args:
        name: Name of the method.
        runs: Finished runs, by seed.
        unfinished: Folders of the runs without results.
    """
    name: str
    runs: List[RunRecord]
    unfinished: List[Path]

    def values(self, metric: str) -> Dict[int, float]:
        """Values of a metric by seed, of the runs that have it."""
        return {
            run.seed: run.metrics[metric]
            for run in self.runs if metric in run.metrics
        }


def read_methods(methods: Sequence[Method],
                 problems: List[str]) -> List[MethodRecord]:
    """Read all runs; a faulty file is added to ``problems``. A run without
    readable metrics and classes is left out, and so is a method without runs.

    Raises:
        InputError: If no run can be read, for two methods of one name, and
            for runs of different classes or training videos.
    """
    records: List[MethodRecord] = []
    for method in methods:
        if any(method.name == record.name for record in records):
            raise InputError(f'two methods have the name {method.name!r}')
        runs: List[RunRecord] = []
        for folder in method.folders:
            if folder.results is not None:
                run = _read_run(folder, len(runs), problems)
                runs += [] if run is None else [run]
        seeds = [run.seed for run in runs]
        for run in runs:
            if seeds.count(run.seed) > 1:
                raise InputError(f'{run.results}: expected another seed than '
                                 f'{run.seed}, which another run of '
                                 f'{method.name} has')
        records.append(
            MethodRecord(method.name, sorted(runs, key=lambda run: run.seed), [
                folder.work_dir
                for folder in method.folders if folder.results is None
            ]))
    finished = [record for record in records if record.runs]
    for record in records:
        if not record.runs and record.unfinished:
            problems.append(f'{record.name}: no run is finished')
    if not finished:
        raise InputError('\n'.join(['no run can be read', *problems]))
    _require_same_classes(finished)
    return finished


def _read_run(folder: RunFolder, index: int,
              problems: List[str]) -> Optional[RunRecord]:
    try:
        metrics = read_metrics(folder.results / 'metrics.json')
        classes = read_per_class(folder.results / 'per_class.csv')
    except InputError as error:
        problems.append(str(error))
        return None
    path = find_config(folder.work_dir)
    config = NO_CONFIG if path is None else _or_default(
        lambda: read_dumped_config(path), NO_CONFIG, problems)
    seed = folder.seed
    if seed is None:
        seed = config.get('randomness', 'seed')
    provenance = _or_default(
        lambda: read_provenance(folder.work_dir / 'provenance.json'), {},
        problems)
    curves = _or_default(lambda: read_curves(folder.work_dir), {}, problems)
    return RunRecord(
        seed if isinstance(seed, int) else -1 - index, folder.results, metrics,
        classes, config, provenance, curves)


def _or_default(read: Callable[[], Any], default: Any,
                problems: List[str]) -> Any:
    """What ``read`` returns, or the default for a missing or faulty file."""
    try:
        return read()
    except MissingInputError:
        return default
    except InputError as error:
        problems.append(str(error))
        return default


def _require_same_classes(records: List[MethodRecord]) -> None:
    first = records[0].runs[0]
    expected = _classes(first)
    for record in records:
        for run in record.runs:
            if _classes(run) != expected:
                raise InputError(
                    f'{run.results}: expected the classes and training videos '
                    f'of {first.results}, found others: runs on other data '
                    'have a report of their own')


def _classes(run: RunRecord) -> List[tuple]:
    return [(row['name'], row['training_videos'], row['group'])
            for row in run.classes]
