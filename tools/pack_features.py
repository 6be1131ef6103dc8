"""Pack a folder of feature files into a few large ones, and back.

    python tools/pack_features.py pack FOLDER STORE --dtype float16
    python tools/pack_features.py unpack STORE FOLDER
    python tools/pack_features.py verify FOLDER STORE

A config reads either: give its path as the folder of the features. Run it
again after an interruption, or when there are more videos, and it goes on.
``--shard i/n`` shares the work between machines.
"""
import argparse
import shutil
import sys
from contextlib import suppress
from pathlib import Path
from typing import Callable, List, Optional

import mmengine
import numpy as np

from projects_move.apis import cli
from projects_move.apis.extraction.feature_extractor import write_feature_file
from projects_move.datasets.features.feature_file import open_feature_file
from projects_move.datasets.features.manifest import (MANIFEST, holds_features,
                                                      read_provenance,
                                                      require_same_provenance)
from projects_move.datasets.features.packed_store import STORE, PackedStore
from projects_move.datasets.features.shard_writer import ShardWriter
from projects_move.file_io import atomic_write


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description='Pack cached features')
    parser.add_argument('what', choices=['pack', 'unpack', 'verify'])
    parser.add_argument('source', type=Path)
    parser.add_argument('target', type=Path)
    parser.add_argument(
        '--dtype',
        choices=['float16', 'float32'],
        default='float16',
        help='of the frames in a store')
    parser.add_argument(
        '--shard-bytes', type=int, default=2**31, help='size of a shard')
    parser.add_argument(
        '--shard', default='0/1', help='i/n: do the i-th (from 0) of n parts')
    args = parser.parse_args()
    try:
        index, count = cli.parse_shard(args.shard)
    except ValueError as error:
        parser.error(str(error))
    args.part = slice(index, None, count)
    args.prefix = '' if count == 1 else f'{index}-'
    return args


def pack(args: argparse.Namespace) -> List[str]:
    if (args.source / STORE).exists():
        raise SystemExit(f'error: {args.source} is a packed store already')
    names = file_names(args.source)[args.part]
    if (args.target / STORE).is_file():
        store = PackedStore(args.target)
        channels = store.channels
        names = [name for name in names if name not in store]
    else:
        channels = channels_of(args.source, names)
    take_manifest(args.source, args.target)
    if channels is None:  # no file can be read: each says why
        return each(
            names, lambda name: open_feature_file(args.source / f'{name}.npy'))
    writer = ShardWriter(args.target, args.dtype, channels, args.shard_bytes,
                         args.prefix)
    try:
        return each(
            names, lambda name: writer.add(
                name, np.asarray(
                    open_feature_file(args.source / f'{name}.npy'))))
    finally:
        writer.close()  # what was read so far is kept


def channels_of(folder: Path, names: List[str]) -> Optional[int]:
    """Of the first two files that can be read, which have to agree; None
    where none can."""
    found = {}
    for name in names:
        path = folder / f'{name}.npy'
        with suppress(OSError, ValueError):  # said when it is packed
            found[path] = open_feature_file(path).shape[1]
        if len(found) == 2:
            break
    if len(set(found.values())) > 1:
        told = ', '.join(f'{path} {count}' for path, count in found.items())
        raise SystemExit(f'error: files of different channels: {told}; '
                         'remove those that are wrong')
    return next(iter(found.values()), None)


def unpack(args: argparse.Namespace) -> List[str]:
    store = existing(args.source)
    take_manifest(args.source, args.target)

    def write(name: str) -> None:
        write_feature_file(args.target / f'{name}.npy',
                           np.asarray(store.open(name)))

    return each([
        name for name in list(store.names())[args.part]
        if not (args.target / f'{name}.npy').exists()
    ], write)


def verify(args: argparse.Namespace) -> List[str]:
    """Compare every file with the store, value by value."""
    store = existing(args.target)

    def compare(name: str) -> None:
        if name not in store:
            raise ValueError(f'{name} is not in {args.target}')
        features = open_feature_file(args.source / f'{name}.npy')
        if not np.array_equal(
                np.asarray(features, store.dtype), store.open(name)):
            raise ValueError(f'{name} differs')

    return each(file_names(args.source)[args.part], compare)


def each(names: List[str], work: Callable[[str], None]) -> List[str]:
    """Do the work for every name; what went wrong, a line each."""
    print(f'{len(names)} videos to do')
    problems = []
    progress = mmengine.ProgressBar(len(names))
    for name in names:
        try:
            work(name)
        except (OSError, ValueError) as error:
            problems.append(str(error))
        progress.update()
    print(f'\n{len(names) - len(problems)} videos done')
    return problems


def file_names(folder: Path) -> List[str]:
    """Of the ``.npy`` files below a folder, without the ending, sorted."""
    if not folder.is_dir():
        raise SystemExit(f'error: no folder {folder}')
    names = sorted(
        str(path.relative_to(folder).with_suffix(''))
        for path in folder.rglob('*.npy') if not path.name.startswith('.'))
    if not names:
        raise SystemExit(f'error: no .npy file below {folder}')
    return names


def existing(store: Path) -> PackedStore:
    if not (store / STORE).is_file():
        raise SystemExit(f'error: no packed store {store}')
    return PackedStore(store)


def take_manifest(source: Path, target: Path) -> None:
    """Say what made the features before the first of them, and refuse those
    of another maker."""
    if holds_features(target):
        try:
            require_same_provenance(
                read_provenance(target), str(target), read_provenance(source),
                str(source))
        except ValueError as error:
            raise SystemExit(f'error: {error}') from None
    elif (source / MANIFEST).is_file():
        with atomic_write(target / MANIFEST) as draft:
            shutil.copyfile(source / MANIFEST, draft)


def main() -> None:
    args = parse_args()
    try:
        problems = dict(
            pack=pack, unpack=unpack, verify=verify)[args.what](
                args)
    except KeyboardInterrupt:
        raise SystemExit('\ninterrupted; run it again to go on') from None
    except (RuntimeError, ValueError) as error:
        raise SystemExit(f'\nerror: {error}') from None
    for problem in problems:
        print(f'failed: {problem}', file=sys.stderr)
    if problems:
        raise SystemExit(f'{len(problems)} videos failed')


if __name__ == '__main__':
    main()
