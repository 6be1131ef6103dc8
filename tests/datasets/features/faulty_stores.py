"""Changes of a packed store that make it faulty."""
import json
import os

import numpy as np
from numpy.lib import recfunctions

from projects_move.datasets.features.shard_index import TRAILER

C = 5
NAMES = [f'v{i}' for i in range(8)]
ITEMS = {
    name:
    np.random.default_rng(i).standard_normal((3 + i % 2, C)).astype(np.float16)
    for i, name in enumerate(NAMES)
}


def make_old(folder):
    """Shards as version 0.1 wrote them."""
    for path in folder.glob('*.bin'):
        path.write_bytes(path.read_bytes()[:-TRAILER.size])
    for path in folder.glob('*.index.npy'):
        write_index(path, recfunctions.drop_fields(np.load(path), 'crc32'))


def write_index(path, array):
    with open(path, 'wb') as file:
        np.save(file, array)


def change(function):
    """Fault in the array of the first index; shards are as of version 0.1."""

    def apply(folder):
        if any(path.read_bytes()[-TRAILER.size:].startswith(b'MOVE')
               for path in folder.glob('*.bin')):
            make_old(folder)
        path = folder / '00000.index.npy'
        array = np.load(path)
        write_index(path, function(array))

    return apply


def put(field, row, value):

    def function(array):
        array[field][row] = value
        return array

    return change(function)


def header(**kwargs):

    def apply(folder):
        path = folder / 'store.json'
        path.write_text(json.dumps({**json.loads(path.read_text()), **kwargs}))

    return apply


def text(name, content):
    return lambda folder: (folder / name).write_bytes(content)


def cut(name, size):
    return lambda folder: os.truncate(folder / name, size)


def swap(suffix):

    def apply(folder):
        one, other = (folder / f'0000{i}{suffix}' for i in (0, 1))
        one.rename(folder / 'x')
        other.rename(one)
        (folder / 'x').rename(other)

    return apply


def replace(name, write):

    def apply(folder):
        (folder / name).unlink()
        write(folder / name)

    return apply


# name: changes a store, part of the message
FAULTS = {
    'no frames': (replace('00000.bin', lambda path: None), 'No such file'),
    'directory': (replace('00000.bin', os.mkdir), 'found a directory'),
    'FIFO': (replace('00000.bin', os.mkfifo), 'found a FIFO'),
    'FIFO as index': (replace('00000.index.npy', os.mkfifo), 'found a FIFO'),
    'empty frames': (cut('00000.bin', 0), 'is truncated'),
    'torn frames': (cut('00000.bin', 50), 'is truncated'),
    'longer frames': (cut('00000.bin', 1000), 'is too long'),
    'empty index': (cut('00000.index.npy', 0), 'is empty'),
    'torn index': (cut('00000.index.npy', 150), 'index .*0.index.npy: '),
    'index of text': (text('00000.index.npy', b'none'), 'index .*0.index.npy'),
    'index of objects': (change(lambda array: array.astype(object)), 'array'),
    'index of numbers': (change(lambda array: array['first']), 'expected an'),
    'index without names': (change(lambda array: array[['first', 'count']]),
                            'expected an array of name'),
    'no first frame': (put('first', 0, 1), 'begins at frame 1'),
    'before the file': (put('first', 0, -3), 'begins at frame -3'),
    'beyond the file': (put('first', 3, 10**6), 'begins at frame 1000000'),
    'beyond 64 bits': (put('first', 3, 2**63 - 1), 'begins at frame 92'),
    'overlap': (put('first', 2, 4), 'begins at frame 4'),
    'gap': (put('count', 1, 3), 'begins at frame 7'),
    'longer video': (put('count', 3, 5), 'is truncated'),
    'no frames of a video': (put('count', 1, 0), 'has 0 frames'),
    'negative count': (put('count', 1, -4), 'has -4 frames'),
    'huge count': (put('count', 1, 2**62), 'frames'),
    'no name': (put('name', 1, b''), 'has no name'),
    'name twice': (put('name', 1, b'v0'), 'video v0 is there twice'),
    'name in two shards': (put('name', 1, b'v5'), 'v5 is in two shards'),
    'no header': (replace('store.json', lambda path: None), ''),
    'torn header': (cut('store.json', 9), 'expected JSON'),
    'header of other bytes': (text('store.json',
                                   b'\xff\xfe'), 'expected JSON'),
    'deep header': (text('store.json', b'[' * 10**5), 'expected JSON'),
    'header of a list': (text('store.json', b'[1]'), 'a JSON object'),
    'header of nothing': (text('store.json', b'{}'), 'expected version 1'),
    'repeated key': (text(
        'store.json', b'{"version": 1, "dtype": "float16", "channels": 4, '
        b'"channels": 5}'), "repeated key 'channels'"),
    'other version': (header(version=2), 'expected version 1, found 2'),
    'unknown type': (header(dtype='float8'), "found 'float8'"),
    'other byte order': (header(dtype='>f2'), "found '>f2'"),
    'number as type': (header(dtype=16), 'found 16'),
    'no channels': (header(channels=0), 'positive number of channels'),
    'channels as text': (header(channels='5'), 'positive number of channels'),
    'true channels': (header(channels=True), 'positive number of channels'),
    'other channels': (header(channels=4), 'expected'),
    'other type': (header(dtype='float32'), 'expected'),
}
