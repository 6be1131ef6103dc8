"""Packing of a folder of feature files into a store, and unpacking."""
import argparse
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Callable, List, Optional

import mmengine
import numpy as np

from projects_move.apis.cli import parse_shard
from projects_move.apis.extraction.feature_extractor import write_feature_file
from projects_move.datasets.features.feature_file import open_feature_file
from projects_move.datasets.features.manifest import (MANIFEST, holds_features,
                                                      read_provenance,
                                                      require_same_provenance)
from projects_move.datasets.features.packed_store import STORE, PackedStore
from projects_move.datasets.features.shard_writer import ShardWriter
from projects_move.file_io import atomic_write


def run(args: argparse.Namespace) -> List[str]:
    """Run the action of ``pack_features.py`` and return the errors of videos.

    Raises:
        ValueError: For a shard that is not ``i/n``.
        SystemExit: If source and target do not fit each other.
    """
    index, count = parse_shard(args.shard)
    args.part = slice(index, None, count)
    args.prefix = '' if count == 1 else f'{index}-'
    return dict(pack=pack, unpack=unpack, verify=verify)[args.action](args)


def pack(args: argparse.Namespace) -> List[str]:
    """Write the files that are not in the store into new shards."""
    if (args.source / STORE).exists():
        raise SystemExit(f'error: {args.source} is a packed store already')
    names = file_names(args.source)[args.part]
    if (args.target / STORE).is_file():
        store = PackedStore(args.target)
        channels = store.channels
        names = [name for name in names if name not in store]
    else:
        channels = channels_of(args.source, names)
    copy_manifest(args.source, args.target)
    if channels is None:  # no file can be read: collect the reasons
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
        writer.close()  # keeps the videos written before an interruption


def channels_of(folder: Path, names: List[str]) -> Optional[int]:
    """Number of channels of the first two readable files, which must be the
    same; None if no file is readable."""
    found = {}
    for name in names:
        path = folder / f'{name}.npy'
        with suppress(OSError, ValueError):  # reported when it is packed
            found[path] = open_feature_file(path).shape[1]
        if len(found) == 2:
            break
    if len(set(found.values())) > 1:
        listed = ', '.join(f'{path} {count}' for path, count in found.items())
        raise SystemExit(f'error: files of different channels: {listed}; '
                         'remove the wrong ones')
    return next(iter(found.values()), None)


def unpack(args: argparse.Namespace) -> List[str]:
    """Write the videos of a store as one file each."""
    store = open_store(args.source)
    copy_manifest(args.source, args.target)

    def write(name: str) -> None:
        write_feature_file(args.target / f'{name}.npy',
                           np.asarray(store.open(name)))

    return each([
        name for name in list(store.names())[args.part]
        if not (args.target / f'{name}.npy').exists()
    ], write)


def verify(args: argparse.Namespace) -> List[str]:
    """Compare all values of the files with the store."""
    store = open_store(args.target)

    def compare(name: str) -> None:
        if name not in store:
            raise ValueError(f'{name} is not in {args.target}')
        features = open_feature_file(args.source / f'{name}.npy')
        if not np.array_equal(
                np.asarray(features, store.dtype), store.open(name)):
            raise ValueError(f'{name} differs')

    return each(file_names(args.source)[args.part], compare)


def each(names: List[str], work: Callable[[str], None]) -> List[str]:
    """Call a function with each name; returns its errors, one line each."""
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
    """Names of the ``.npy`` files below a folder, without suffix, sorted."""
    if not folder.is_dir():
        raise SystemExit(f'error: no folder {folder}')
    names = sorted(
        str(path.relative_to(folder).with_suffix(''))
        for path in folder.rglob('*.npy') if not path.name.startswith('.'))
    if not names:
        raise SystemExit(f'error: no .npy file below {folder}')
    return names


def open_store(store: Path) -> PackedStore:
    if not (store / STORE).is_file():
        raise SystemExit(f'error: no packed store {store}')
    return PackedStore(store)


def copy_manifest(source: Path, target: Path) -> None:
    """Copy the manifest before the first feature is written.

    Raises:
        SystemExit: If the target has features with another manifest.
    """
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
