"""Packed stores: no fault may return the frames of another video."""
import json
from pathlib import Path
from random import Random

import numpy as np

from projects_move.datasets.features.packed_store import PackedStore
from projects_move.datasets.features.shard_writer import ShardWriter
from projects_move.errors import InputError
from tests.fuzz.mutations import mutate
from tests.fuzz.outcomes import READ, Expected, Outcome, judge
from tests.fuzz.runner import Target

CHANNELS = 3


def write(rng: Random, folder: Path) -> None:
    store, truth = folder / 'store', {}
    for shard in range(rng.randrange(1, 3)):
        with ShardWriter(store, 'float32', CHANNELS) as writer:
            for i in range(rng.randrange(1, 5)):
                name = f'{shard}/video{i}' + 'x' * rng.randrange(3)
                frames = np.array([[rng.uniform(-1, 1) for _ in range(3)]
                                   for _ in range(rng.randrange(1, 6))],
                                  np.float32)
                writer.add(name, frames)
                truth[name] = frames.tolist()
    (folder / 'truth.json').write_text(json.dumps(truth))
    files = sorted(path for path in store.iterdir()
                   if path.suffix in ('.npy', '.json'))
    kind = rng.choice(('mutate', 'index', 'exchange', 'shorten', 'none'))
    if kind == 'mutate':
        path = rng.choice(files)
        path.write_bytes(mutate(rng, path.read_bytes()))
    elif kind == 'index':
        path = rng.choice([path for path in files if path.suffix == '.npy'])
        _change_entry(rng, path)
    elif kind == 'exchange':
        _exchange(rng, store)
    elif kind == 'shorten':
        path = rng.choice(sorted(store.glob('*.bin')))
        path.write_bytes(path.read_bytes()[:rng.randrange(path.stat().st_size +
                                                          1)])


def _change_entry(rng: Random, path: Path) -> None:
    """Change a number of an index, as a faulty writer would."""
    with open(path, 'rb') as file:
        index = np.load(file)
        rest = file.read()
    row, key = rng.randrange(len(index)), rng.choice(('first', 'count'))
    index[key][row] += rng.choice((-100, -1, 1, 2, 100, 2**40, -2**40))
    with open(path, 'wb') as file:
        np.save(file, index)
        file.write(rest)


def _exchange(rng: Random, store: Path) -> None:
    """Exchange two shards' frames or indices, or duplicate a shard."""
    suffix = rng.choice(('.bin', '.index.npy'))
    first, *others = sorted(store.glob(f'*{suffix}'))
    if others:
        content = first.read_bytes()
        first.write_bytes(others[0].read_bytes())
        others[0].write_bytes(content)
    else:
        for path in sorted(store.glob('00000.*')):
            copy = path.with_name(path.name.replace('00000', '00007'))
            copy.write_bytes(path.read_bytes())


def check(folder: Path) -> Outcome:
    truth = json.loads((folder / 'truth.json').read_text())
    store_folder = folder / 'store'

    def read():
        return PackedStore(store_folder)

    outcome = judge(read, Expected(truth, True), ['store', '0000'],
                    lambda *_: '')
    if outcome.kind != READ:
        return outcome
    for name, frames in truth.items():
        outcome = judge(
            lambda: _frames(PackedStore(store_folder), name),
            Expected(frames, True), ['store', name], lambda value, expected: ''
            if value == expected else
            f'{name}: expected {expected}, got {value}')
        if outcome.kind != READ:
            return outcome
    return outcome


def _frames(store: PackedStore, name: str) -> list:
    try:
        return np.asarray(store.open(name)).tolist()
    except KeyError:  # an answer: it is not in the store
        raise InputError(f'{name} is not in the store') from None


TARGET = Target('packed_store', write, check)
