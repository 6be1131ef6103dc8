"""Putting the files of a benchmark where its configs look for them."""
import os
from pathlib import Path
from typing import Dict, Iterator, List, Sequence, Tuple

from projects_move.datasets.features.feature_file import open_feature_file
from projects_move.datasets.features.packed_store import STORE, PackedStore
from projects_move.datasets.videos.video_files import VIDEOS
from projects_move.file_io import atomic_write
from .archives import SourceFile, source_files

SUFFIXES = dict(features=('.npy', ), videos=VIDEOS)


def present(targets: Dict[str, Path]) -> List[str]:
    """The names whose features or video are there, by one look into each
    folder or packed store."""
    there = {
        folder: _files(folder)
        for folder in {path.parent
                       for path in targets.values()}
    }
    return [
        name for name, path in targets.items()
        if path.name in there[path.parent]
    ]


def _files(folder: Path) -> set:
    if not folder.is_dir():
        return set()
    if (folder / STORE).is_file():
        return {f'{name}.npy' for name in PackedStore(folder).names()}
    with os.scandir(folder) as entries:
        return {entry.name for entry in entries if entry.is_file()}


def place(sources: List[Path],
          targets: Dict[str, Path],
          suffixes: Sequence[str],
          copy: bool = False) -> Iterator[Tuple[str, str]]:
    """Put files in their places, as links to the files of a folder or whole
    from an archive.

    Args:
        sources: Folders and archives; see
            :func:`projects_move.datasets.archives.source_files`.
        targets: The place of each video that is wanted. The file of a video
            has its name, in whatever folder; of several the first counts.
        suffixes: That its file may have.
        copy: Whether files of folders are copied.

    Yields:
        The name of each video that was found and what is wrong with its
        file, empty if nothing; a file with a fault is not placed.
    """
    done = set()
    for file in source_files(sources):
        name, suffix = os.path.splitext(file.name)
        if suffix.lower() not in suffixes or name not in targets \
                or name in done:
            continue
        problem = _place(file, targets[name], copy)
        if not problem:
            done.add(name)
        yield name, problem


def _place(file: SourceFile, target: Path, copy: bool) -> str:
    target.parent.mkdir(parents=True, exist_ok=True)
    if file.path is not None and not copy:
        problem = _problem(file.path, target.suffix)
        if not problem:
            target.unlink(missing_ok=True)  # a link that leads nowhere
            target.symlink_to(file.path.resolve())
        return problem
    try:
        with atomic_write(target) as draft:
            file.copy_to(draft)
            problem = _problem(draft, target.suffix)
            if problem:
                raise _Faulty(problem.replace(str(draft), file.name))
    except _Faulty as error:
        return str(error)
    return ''


class _Faulty(Exception):
    """A file that is not worth its place."""


def _problem(path: Path, suffix: str) -> str:
    """A look at the size and, of features, the header."""
    if os.path.getsize(path) == 0:
        return f'{path} is empty'
    if suffix == '.npy':
        try:
            open_feature_file(path)
        except (OSError, ValueError) as error:
            return str(error)
    return ''
