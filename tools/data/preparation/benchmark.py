"""Preparation of a benchmark from the files that its authors distribute."""
import argparse
import shutil
import sys
from pathlib import Path
from typing import Any, Callable, Dict, List, NamedTuple, Sequence

import mmengine

from projects_move.datasets.lists.annotations import Annotations, fingerprint
from projects_move.file_io import atomic_write
from .install_files import SUFFIXES, existing, install


class Benchmark(NamedTuple):
    """Lists and folders of a benchmark.

    Attributes:
        read_lists: Function from the folder ``labels`` to the list of each
            split.
        copy_lists: Function that writes the lists of the authors' files, the
            argument ``--labels``, to the folder ``labels``.
        compare: Function that compares the list of a split with the authors'
            one and returns the result as text. It may raise an
            ``InputError``.
        subfolders: Subfolder of each split in a folder of features or videos.
    """
    read_lists: Callable[[Path], Dict[str, Annotations]]
    copy_lists: Callable[[Any, Path], None]
    compare: Callable[[str, Annotations], str]
    subfolders: Dict[str, str]


def by_fingerprint(fingerprints: Dict[str, str]) -> Callable:
    """``compare`` of a benchmark by the SHA-256 of the list of each split."""

    def compare(split: str, videos: Annotations) -> str:
        if fingerprint(videos) == fingerprints[split]:
            return 'the official list'
        return 'NOT the official list: results are not comparable'

    return compare


def prepare(benchmark: Benchmark, args: argparse.Namespace) -> None:
    """Copy the lists, install features and videos, report missing files.

    Raises:
        SystemExit: For faulty lists and unreadable sources, and with
            ``--strict`` for missing files.
    """
    labels = args.out / 'labels'
    try:
        if args.labels:
            benchmark.copy_lists(args.labels, labels)
        lists = benchmark.read_lists(labels)
        for split, videos in lists.items():
            print(f'{split}: {len(videos.names)} videos, '
                  f'{benchmark.compare(split, videos)}')
    except (OSError, ValueError) as error:
        raise SystemExit(f'error: {error}') from error

    jobs = [('features', Path('features',
                              name), [Path(each) for each in sources])
            for name, *sources in args.features]
    if args.videos is not None:
        jobs.append(('videos', Path('videos'), args.videos))
    complete = True
    for kind, folder, sources in jobs:
        suffix = '.npy' if kind == 'features' else '.mp4'
        targets = {
            name:
            args.out / folder / benchmark.subfolders[split] / f'{name}{suffix}'
            for split, videos in lists.items()
            for name in videos.names
        }
        install_missing(kind, sources, targets, args.copy)
        complete &= report_missing(args.out, folder.name, lists, targets)
    if args.strict and not complete:
        raise SystemExit(1)


def install_missing(kind: str, sources: List[Path], targets: Dict[str, Path],
                    copy: bool) -> None:
    """Install the files that do not exist yet, with a progress bar.

    Raises:
        SystemExit: For a source that cannot be read to its end. Files that
            were installed before are kept.
    """
    done = set(existing(targets))
    todo = {name: path for name, path in targets.items() if name not in done}
    if not todo or not sources:
        return
    problems = []
    progress = mmengine.ProgressBar(len(todo))
    try:
        for name, problem in install(sources, todo, SUFFIXES[kind], copy):
            progress.update()
            if problem:
                problems.append(f'{name}: {problem}')
    except KeyboardInterrupt:
        raise SystemExit('\ninterrupted; the same command resumes') from None
    except (OSError, ValueError) as error:
        raise SystemExit(f'\nerror: {error}') from error
    finally:
        print()
        for problem in problems:
            print(f'not installed: {problem}', file=sys.stderr)


def report_missing(out: Path, name: str, lists: Dict[str, Annotations],
                   targets: Dict[str, Path]) -> bool:
    """Print and list the missing files; return whether there are none.

    For an incomplete split, ``missing/NAME_SPLIT.txt`` names the videos
    without file, and ``missing/NAME_SPLIT.lst`` is the list of the others.
    """
    found = set(existing(targets))
    complete = True
    for split, videos in lists.items():
        missing = [video for video in videos.names if video not in found]
        print(f'{name}, {split}: {len(videos.names) - len(missing)} of '
              f'{len(videos.names)} files exist')
        stem = out / 'missing' / f'{name}_{split}'
        if not missing:
            for suffix in ('.txt', '.lst'):
                stem.with_suffix(suffix).unlink(missing_ok=True)
            continue
        complete = False
        with atomic_write(stem.with_suffix('.txt')) as draft:
            draft.write_text(''.join(f'{video}\n' for video in missing))
        kept = [i for i, name in enumerate(videos.names) if name in found]
        write_list(
            stem.with_suffix('.lst'),
            Annotations(*([column[i] for i in kept] for column in videos)))
        print(f'  the {len(missing)} missing videos: {stem}.txt')
    return complete


def write_list(path: Path, videos: Annotations) -> None:
    """Write lines ``name label[,label]``."""
    with atomic_write(path) as draft:
        draft.write_text(''.join(
            f"{name} {','.join(map(str, row))}\n"
            for name, row in zip(videos.names, videos.labels)))


def write_classes(path: Path, names: Sequence[str]) -> None:
    """Write a class name a line."""
    with atomic_write(path) as draft:
        draft.write_text(''.join(f'{name}\n' for name in names))


def copy_list(source: Path, target: Path) -> None:
    """Copy a list.

    Raises:
        FileNotFoundError: If ``source`` is not a file.
    """
    if not source.is_file():
        raise FileNotFoundError(f'expected the list {source}, found no file')
    with atomic_write(target) as draft:
        shutil.copyfile(source, draft)
