"""From what the authors of a benchmark give out to a ready layout."""
import argparse
import shutil
import sys
from pathlib import Path
from typing import Callable, Dict, List, NamedTuple

import mmengine

from projects_move.datasets.lists.annotations import Annotations, fingerprint
from projects_move.datasets.placing import SUFFIXES, place, present
from projects_move.file_io import atomic_write


class Benchmark(NamedTuple):
    """What is particular about a benchmark.

    Attributes:
        name: As people say it.
        root: Where its configs look for it.
        read: From the folder ``labels`` to the list of each split.
        install: From the folder that the authors' lists are in to
            ``labels``.
        fingerprints: Of the lists of each split, as the authors made them.
        folders: Of each split, below the folder of a kind of features or of
            the videos.
    """
    name: str
    root: str
    read: Callable[[Path], Dict[str, Annotations]]
    install: Callable[[Path, Path], None]
    fingerprints: Dict[str, str]
    folders: Dict[str, str]


def parse_args(benchmark: Benchmark) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=f'Prepare {benchmark.name}')
    parser.add_argument(
        '--labels', type=Path, help='folder of the authors\' lists')
    parser.add_argument(
        '--features',
        nargs='+',
        action='append',
        default=[],
        metavar=('NAME', 'SOURCE'),
        help='the folders, archives or parts of an archive that NAME, a '
        'folder of features, is filled from; without any, what is there is '
        'checked')
    parser.add_argument(
        '--videos',
        nargs='*',
        type=Path,
        metavar='SOURCE',
        help='likewise the raw videos')
    parser.add_argument('--out', type=Path, default=Path(benchmark.root))
    parser.add_argument(
        '--copy', action='store_true', help='rather than link, from folders')
    parser.add_argument(
        '--strict', action='store_true', help='anything missing is an error')
    return parser.parse_args()


def prepare(benchmark: Benchmark) -> None:
    """The command line tool of a benchmark."""
    args = parse_args(benchmark)
    labels = args.out / 'labels'
    try:
        if args.labels:
            benchmark.install(args.labels, labels)
        lists = benchmark.read(labels)
    except (OSError, ValueError) as error:
        raise SystemExit(f'error: {error}') from error
    for split, videos in lists.items():
        known = fingerprint(videos) == benchmark.fingerprints[split]
        print(f'{split}: {len(videos.names)} videos, ' +
              ('the official list' if known else
               'NOT the official list: results do not compare with others'))

    wanted = [('features', Path('features',
                                name), [Path(each) for each in sources])
              for name, *sources in args.features]
    if args.videos is not None:
        wanted.append(('videos', Path('videos'), args.videos))
    complete = True
    for kind, folder, sources in wanted:
        suffix = '.npy' if kind == 'features' else '.mp4'
        targets = {
            name:
            args.out / folder / benchmark.folders[split] / f'{name}{suffix}'
            for split, videos in lists.items()
            for name in videos.names
        }
        fill(kind, sources, targets, args.copy)
        complete &= report(args.out, folder.name, lists, targets)
    if args.strict and not complete:
        raise SystemExit(1)


def fill(kind: str, sources: List[Path], targets: Dict[str, Path],
         copy: bool) -> None:
    """Place what is not there yet, with progress.

    Raises:
        SystemExit: For a source that cannot be read to its end. What was
            placed before stays.
    """
    there = set(present(targets))
    todo = {name: path for name, path in targets.items() if name not in there}
    if not todo or not sources:
        return
    problems = []
    progress = mmengine.ProgressBar(len(todo))
    try:
        for name, problem in place(sources, todo, SUFFIXES[kind], copy):
            progress.update()
            if problem:
                problems.append(f'{name}: {problem}')
    except KeyboardInterrupt:
        raise SystemExit('\ninterrupted; run it again to go on') from None
    except (OSError, ValueError) as error:
        raise SystemExit(f'\nerror: {error}') from error
    finally:
        print()
        for problem in problems:
            print(f'not placed: {problem}', file=sys.stderr)


def report(out: Path, what: str, lists: Dict[str, Annotations],
           targets: Dict[str, Path]) -> bool:
    """Print and list what is missing; whether nothing is.

    Of a split that is not complete, ``missing/WHAT_SPLIT.txt`` names the
    videos that are not there, and ``missing/WHAT_SPLIT.lst`` is the list of
    the others.
    """
    there = set(present(targets))
    complete = True
    for split, videos in lists.items():
        names = [name for name in videos.names if name not in there]
        print(f'{what}, {split}: {len(videos.names) - len(names)} of '
              f'{len(videos.names)} there')
        stem = out / 'missing' / f'{what}_{split}'
        if not names:
            for suffix in ('.txt', '.lst'):
                stem.with_suffix(suffix).unlink(missing_ok=True)
            continue
        complete = False
        with atomic_write(stem.with_suffix('.txt')) as draft:
            draft.write_text(''.join(f'{name}\n' for name in names))
        with atomic_write(stem.with_suffix('.lst')) as draft:
            draft.write_text(''.join(
                f"{name} {','.join(map(str, row))}\n"
                for name, row in zip(videos.names, videos.labels)
                if name in there))
        print(f'  the {len(names)} others: {stem}.txt')
    return complete


def copy_list(source: Path, target: Path) -> None:
    """Copy a list.

    Raises:
        FileNotFoundError: Where there is none.
    """
    if not source.is_file():
        raise FileNotFoundError(f'no list {source}')
    with atomic_write(target) as draft:
        shutil.copyfile(source, draft)
