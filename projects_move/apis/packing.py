"""Packing of a folder of feature files into a store, and unpacking."""
import argparse
import os
import shutil
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Callable, List, Optional

import mmengine
import numpy as np

from projects_move.apis.extraction.feature_outputs import (feature_path,
                                                           write_feature_file)
from projects_move.apis.training.cli import parse_shard
from projects_move.datasets.features.drafts import DraftError
from projects_move.datasets.features.feature_file import open_feature_file
from projects_move.datasets.features.feature_names import feature_names
from projects_move.datasets.features.manifest import (MANIFEST, holds_features,
                                                      read_provenance,
                                                      require_same_provenance)
from projects_move.datasets.features.packed_store import PackedStore
from projects_move.datasets.features.shard_writer import ShardWriter
from projects_move.datasets.features.store_header import is_store
from projects_move.errors import InputError, MissingInputError
from projects_move.file_io import UNWRITABLE, atomic_write

SAMPLE = 100  # files whose channels decide those of a store


def run(args: argparse.Namespace) -> List[str]:
    """Run the action of ``pack_features.py`` and return the errors of videos.

    Raises:
        InputError: For a shard that is not ``i/n``, and if source and target
            do not fit each other.
    """
    index, count = parse_shard(args.shard)
    args.part = slice(index, None, count)
    args.prefix = '' if count == 1 else f'{index}-'
    actions = dict(pack=pack, unpack=unpack, verify=verify, check=check)
    if (args.target is None) != (args.action == 'check'):
        raise InputError('expected a source and a target; check expects only '
                         'a store')
    return actions[args.action](args)


def pack(args: argparse.Namespace) -> List[str]:
    """Write the files that are not in the store into new shards."""
    if is_store(args.source):
        raise InputError(f'{args.source} is a packed store already')
    source = args.source.resolve()
    if args.target.resolve() in (source, *source.parents):
        raise InputError(f'{args.target} contains {args.source}, whose files '
                         'a store there would hide: expected another target')
    if args.shard_bytes < 1:
        raise InputError('expected a positive --shard-bytes, found '
                         f'{args.shard_bytes}')
    names = feature_names(args.source)[args.part]
    if is_store(args.target):
        store = PackedStore(args.target)
        channels = store.channels
        names = [name for name in names if name not in store]
    else:
        channels = channels_of(args.source, names)
    copy_manifest(args.source, args.target)
    if channels is None:  # no file can be read: collect the reasons
        return each(names,
                    lambda name: open_feature_file(source_of(args, name)))
    with ShardWriter(args.target, args.dtype, channels, args.shard_bytes,
                     args.prefix) as writer:
        try:
            return each(
                names, lambda name: writer.add(
                    name,
                    open_feature_file(source_of(args, name)).read_checked()))
        finally:
            writer.close()  # keeps the videos written before an error


def source_of(args: argparse.Namespace, name: str) -> str:
    """Feature file of a video in the source."""
    return str(args.source / f'{name}.npy')


def channels_of(folder: Path, names: List[str]) -> Optional[int]:
    """Number of channels of most of the first readable files; None if no
    file is readable. Files of other channels are refused when packed.

    Raises:
        InputError: If no number is that of more than half of the files.
    """
    found = {}
    for name in names:
        path = folder / f'{name}.npy'
        with suppress(InputError):  # reported when it is packed
            found[path] = open_feature_file(path).shape
        if len(found) == SAMPLE:
            break
    if not found:
        return None
    counts = Counter(shape[1] for shape in found.values())
    channels, count = counts.most_common(1)[0]
    if 2 * count <= len(found):
        listed = ', '.join(f'{path} {shape}'
                           for path, shape in [*found.items()][:4])
        raise InputError(f'files of different channels: {listed}; remove '
                         'the wrong ones')
    return channels


def unpack(args: argparse.Namespace) -> List[str]:
    """Write the videos of a store as one file each."""
    store = open_store(args.source)
    if is_store(args.target):
        raise InputError(f'{args.target} is a packed store: expected a folder '
                         'of feature files')
    copy_manifest(args.source, args.target)

    def write(name: str) -> None:
        target = feature_path(args.target, name)
        if not target.exists():
            write_feature_file(target, store.open(name).read_checked())

    return each(list(store.names())[args.part], write)


def verify(args: argparse.Namespace) -> List[str]:
    """Compare all values of the files with the store, and the store with its
    checksums."""
    store = open_store(args.target)
    names = feature_names(args.source)

    def compare(name: str) -> None:
        if name not in store:
            raise MissingInputError(f'{name} is not in {args.target}')
        packed = store.open(name).read_checked()
        features = open_feature_file(source_of(args, name)).read_checked()
        with np.errstate(over='ignore'):
            expected = np.asarray(features, store.dtype)
        if not np.array_equal(expected, packed):
            raise InputError(f'{name} differs')

    problems = each(names[args.part], compare)
    others = set(store.names()).difference(names)
    if others:
        print(f'{len(others)} videos of {args.target} are not in '
              f'{args.source}, such as {min(others)!r}')
    report_unchecked(store)
    return problems


def check(args: argparse.Namespace) -> List[str]:
    """Compare all frames of a store with their checksums."""
    store = open_store(args.source)

    def read(name: str) -> None:
        for _ in store.open(name).chunks():
            pass

    problems = each(list(store.names())[args.part], read)
    report_unchecked(store)
    if store.num_repeated:
        print(f'{store.num_repeated} of {len(store)} videos are in several '
              'shards: unpack the store and pack it again to save space')
    return problems


def report_unchecked(store: PackedStore) -> None:
    """Print how many videos have no checksum."""
    if store.num_unchecked:
        print(f'{store.num_unchecked} of {len(store)} videos have no '
              'checksum, because version 0.1 wrote them: unpack the store '
              'and pack it again')


def each(names: List[str], work: Callable[[str], None]) -> List[str]:
    """Call a function with each name; returns its errors, one line each.

    Raises:
        DraftError: If no other video can be written either.
        OSError: For the same reason, such as a full disk.
    """
    print(f'{len(names)} videos to do')
    problems = []
    progress = mmengine.ProgressBar(len(names)) if names else None
    for name in names:
        try:
            work(name)
        except DraftError:
            raise
        except (OSError, ValueError) as error:
            if getattr(error, 'errno', None) in UNWRITABLE:
                raise  # as any other video would
            problems.append(str(error))
        progress.update()
    if progress:
        print()  # ends the line of the bar
    print(f'{len(names) - len(problems)} videos done')
    return problems


def open_store(store: Path) -> PackedStore:
    """Packed store of a folder.

    Raises:
        InputError: For a folder that is no packed store, or a faulty one.
    """
    if not is_store(store):
        raise MissingInputError(f'no packed store {store}')
    return PackedStore(store)


def copy_manifest(source: Path, target: Path) -> None:
    """Copy the manifest before the first feature is written.

    Raises:
        InputError: If the target has features with another manifest.
    """
    if holds_features(target):
        require_same_provenance(
            read_provenance(target), str(target), read_provenance(source),
            str(source))
    elif os.path.isfile(source / MANIFEST):
        with atomic_write(target / MANIFEST) as draft:
            shutil.copyfile(source / MANIFEST, draft)
