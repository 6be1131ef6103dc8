"""Runs below the folders that a user names, grouped by method."""
import re
from pathlib import Path
from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple

from projects_move.errors import InputError, MissingInputError
from .method_names import method_names

RESULTS = ('test', 'val')  # a test, else the last validation
SEED = re.compile(r'seed(\d+)')


class RunFolder(NamedTuple):
    """One run of a method.

    Args:
        work_dir: Folder of the run.
        results: Folder of ``metrics.json``, None before the end of the run.
        seed: Number in the name ``seedN`` of the folder.
    """
    work_dir: Path
    results: Optional[Path]
    seed: Optional[int]


class Method(NamedTuple):
    """Runs of one method, which differ in their seeds.

    Args:
        name: Name that a user gave, or that of the folder.
        folders: Runs of the method.
    """
    name: str
    folders: Tuple[RunFolder, ...]


def find_methods(arguments: Sequence[str]) -> List[Method]:
    """Methods of the arguments ``DIR`` or ``NAME=DIR``.

    DIR is the folder of a run, with the folder ``test`` of its results; the
    folder of the results; a folder with runs ``seed0``, ``seed1``, ...; or a
    folder with such folders, as ``tools/reproduce.py`` makes it. Runs with
    one name, or in one folder, are seeds of one method.

    Raises:
        InputError: For another folder, a run that is named twice, and two
            folders of methods with the same name.
    """
    found: Dict[Tuple[str, Path], List[RunFolder]] = {}
    for argument in arguments:
        name, folder = split_name(argument)
        methods = _methods(folder)
        if not methods:
            raise _not_found(folder)
        if name is not None and len(methods) > 1:
            raise InputError(f'{name}={folder}: expected the runs of one '
                             f'method, found {len(methods)} folders of runs')
        for path, runs in methods.items():
            key = (path.name, path) if name is None else (name, Path())
            found.setdefault(key, []).extend(runs)
    for runs in found.values():
        _refuse_repeated(runs)
    return [
        Method(name, tuple(runs))
        for name, runs in zip(method_names(list(found)), found.values())
    ]


def split_name(argument: str) -> Tuple[Optional[str], Path]:
    """Name and path of ``NAME=PATH`` or ``PATH``.

    An existing path may contain =. The name is None if there is none.

    Raises:
        InputError: For an empty name or path.
    """
    name, sign, path = argument.partition('=')
    if argument and (not sign or Path(argument).exists()):
        return None, Path(argument)
    if not name or not path:
        raise InputError(f'expected PATH or NAME=PATH, found {argument!r}')
    return name, Path(path)


def _methods(folder: Path) -> Dict[Path, List[RunFolder]]:
    """Runs in a folder, by the folder of their method; none for a folder
    without runs."""
    folder = folder.absolute()
    if (folder / 'metrics.json').exists():
        work_dir = folder.parent if folder.name in RESULTS else folder
        run = _run(work_dir)._replace(results=folder)
        return {_method_folder(run): [run]}
    run = _run(folder)
    if run.results is not None:
        return {_method_folder(run): [run]}
    seeds = _seeds(folder)
    if seeds:
        return {folder: seeds}
    inside = {}
    for child in _subfolders(folder):
        run, seeds = _run(child), _seeds(child)
        if run.results is not None:
            inside[child] = [run]
        elif seeds:
            inside[child] = seeds
    return inside


def _seeds(folder: Path) -> List[RunFolder]:
    """Runs ``seed0``, ``seed1``, ... in a folder, in this order."""
    runs = [
        run for run in map(_run, _subfolders(folder)) if run.seed is not None
    ]
    return sorted(runs, key=lambda run: run.seed)


def _run(work_dir: Path) -> RunFolder:
    seed = SEED.fullmatch(work_dir.name)
    results = next(
        (work_dir / name
         for name in RESULTS if (work_dir / name / 'metrics.json').exists()),
        None)
    return RunFolder(work_dir, results, int(seed[1]) if seed else None)


def _method_folder(run: RunFolder) -> Path:
    return run.work_dir if run.seed is None else run.work_dir.parent


def _subfolders(folder: Path) -> List[Path]:
    try:
        return sorted(each for each in folder.iterdir() if each.is_dir())
    except OSError:
        return []


def _not_found(folder: Path) -> InputError:
    if not folder.exists():
        return MissingInputError(f'there is no folder {folder}')
    return InputError(
        f'{folder}: expected a run with test/metrics.json, or a folder of '
        'such runs, found none: tools/train.py CONFIG --test writes it')


def _refuse_repeated(runs: List[RunFolder]) -> None:
    seen: Dict[object, RunFolder] = {}
    for run in runs:
        for key in (run.work_dir, run.seed):
            if key is not None and key in seen:
                raise InputError(
                    f'{run.work_dir}: expected another seed than that of '
                    f'{seen[key].work_dir} in the same method')
            seen[key] = run
