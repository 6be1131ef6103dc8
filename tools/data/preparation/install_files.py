"""Installation of feature files and videos where the configs expect them."""
import os
from pathlib import Path
from typing import Dict, Iterator, List, Sequence, Tuple

from projects_move.datasets.features.feature_file import open_feature_file
from projects_move.datasets.features.packed_store import PackedStore
from projects_move.datasets.features.store_header import STORE
from projects_move.datasets.videos.video_files import VIDEOS
from projects_move.file_io import atomic_write
from .archives import ArchiveMember, iterate_members

SUFFIXES = dict(features=('.npy', ), videos=VIDEOS)


def existing(targets: Dict[str, Path]) -> List[str]:
    """Names of the videos whose file exists; scans each folder once."""
    files = {
        folder: _file_names(folder)
        for folder in {path.parent
                       for path in targets.values()}
    }
    return [
        name for name, path in targets.items()
        if path.name in files[path.parent]
    ]


def _file_names(folder: Path) -> set:
    if not folder.is_dir():
        return set()
    if (folder / STORE).is_file():
        return {f'{name}.npy' for name in PackedStore(folder).names()}
    with os.scandir(folder) as entries:
        return {entry.name for entry in entries if entry.is_file()}


def install(sources: List[Path],
            targets: Dict[str, Path],
            suffixes: Sequence[str],
            copy: bool = False) -> Iterator[Tuple[str, str]]:
    """Link files of folders to their targets and extract files of archives.

    Args:
        sources: Folders and archives; see
            :func:`~preparation.archives.iterate_members`.
        targets: Target path of each video. The file of a video has its name,
            in any folder; the first of several is used.
        suffixes: Accepted file suffixes.
        copy: Whether files of folders are copied.

    Yields:
        The name of each video that was found and the problem of its file,
        empty if there is none; a file with a problem is not installed.
    """
    done = set()
    for member in iterate_members(sources):
        name, suffix = os.path.splitext(member.name)
        if suffix.lower() not in suffixes or name not in targets \
                or name in done:
            continue
        problem = _install_file(member, targets[name], copy)
        if not problem:
            done.add(name)
        yield name, problem


def _install_file(member: ArchiveMember, target: Path, copy: bool) -> str:
    target.parent.mkdir(parents=True, exist_ok=True)
    if member.path is not None and not copy:
        problem = _file_problem(member.path, target.suffix)
        if not problem:
            target.unlink(missing_ok=True)  # a broken link
            target.symlink_to(member.path.resolve())
        return problem
    try:
        with atomic_write(target) as draft:
            member.copy_to(draft)
            problem = _file_problem(draft, target.suffix)
            if problem:
                raise _CorruptFile(problem.replace(str(draft), member.name))
    except _CorruptFile as error:
        return str(error)
    return ''


class _CorruptFile(Exception):
    """File that is empty or has a faulty header."""


def _file_problem(path: Path, suffix: str) -> str:
    """Problem of a file by its size and, for features, its header."""
    if os.path.getsize(path) == 0:
        return f'{path} is empty'
    if suffix == '.npy':
        try:
            open_feature_file(path)
        except (OSError, ValueError) as error:
            return str(error)
    return ''
