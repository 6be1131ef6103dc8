"""A changed store gives an error, or the frames that were packed."""
import os
import shutil
from itertools import permutations

import numpy as np
import pytest

from projects_move.datasets import LongTailDataset
from projects_move.datasets.features.feature_checking import inspect_features
from projects_move.datasets.features.feature_file import open_feature_file
from projects_move.datasets.features.packed_store import PackedStore
from projects_move.datasets.features.store_folders import forget_store_folders
from projects_move.errors import InputError
from tests.datasets.features.faulty_stores import (FAULTS, ITEMS, NAMES, C,
                                                   make_old, swap)
from tests.datasets.features.stores import pack


@pytest.fixture(params=['checksums', 'version 0.1'])
def store(request, tmp_path):
    """Two shards of four videos, of the same sizes."""
    folder = tmp_path / 'store'
    pack(folder, ITEMS, shard_bytes=14 * 2 * C)
    assert len(list(folder.glob('*.bin'))) == 2
    if request.param == 'version 0.1':
        make_old(folder)
    return folder


def dataset(folder):
    forget_store_folders()
    ann_file = folder.parent / 'a.lst'
    ann_file.write_text(''.join(f'{name} 0\n' for name in NAMES))
    return LongTailDataset(
        str(ann_file), [
            dict(type='LoadFeatures'),
            dict(type='SampleFeatureFrames', mode='all'),
            dict(type='PackFeatureInputs')
        ],
        data_prefix=dict(features=str(folder)))


def read_all(folder):
    """Error of each video; the frames of a video without error are right."""
    data, errors = dataset(folder), {}
    for index, name in enumerate(NAMES):
        for read in (lambda: data[index], lambda: data.__getitems__(
            [index])[0], lambda: dict(
                inputs=np.asarray(open_feature_file(folder / f'{name}.npy')))):
            try:
                frames = np.asarray(read()['inputs'])
                np.testing.assert_array_equal(frames, ITEMS[name])
                assert name not in errors
            except InputError as error:
                errors.setdefault(name, str(error))
        info = data.get_data_info(index)
        problem = inspect_features(info).problem
        assert bool(problem) == (name in errors), (name, problem, errors)
        if problem:
            assert f'{name}.npy (video {name}, line {index + 1} of' in problem
    return errors


def test_unchanged(store):
    assert read_all(store) == {}
    assert PackedStore(store).num_unchecked in (0, 8)


@pytest.mark.parametrize('fault', FAULTS)
def test_fault_is_named(store, fault):
    apply, message = FAULTS[fault]
    apply(store)
    errors = read_all(store)
    assert errors.keys() >= {'v0', 'v1', 'v2', 'v3'}
    with pytest.raises(InputError, match=f'(?s)v1.npy .*{message}'):
        dataset(store)[1]


@pytest.mark.parametrize('suffix', ['.bin', '.index.npy'])
def test_swapped_shards(tmp_path, suffix):
    """Both have the same size and the same numbers of frames."""
    pack(tmp_path / 'store', ITEMS, shard_bytes=14 * 2 * C)
    swap(suffix)(tmp_path / 'store')
    errors = read_all(tmp_path / 'store')
    assert set(errors) == set(NAMES)
    assert all('belongs to another index than' in text
               for text in errors.values())


def test_renamed_shard_is_right(store):
    for suffix in '.bin', '.index.npy':
        swap(suffix)(store)
    assert read_all(store) == {}


def test_shard_of_another_store(tmp_path, store):
    """Of the same channels it is accepted, of others it is not."""
    other = tmp_path / 'other'
    pack(other, {'w': np.ones((3, 2 * C))}, channels=2 * C)
    for path in other.glob('0*'):
        shutil.copy(path, store / f'9{path.name}')
    with pytest.raises(InputError, match='90.*index.npy: expected 5 channels'):
        PackedStore(store)


def test_every_bit_of_an_index(tmp_path):
    """A flipped bit never gives other frames."""
    pack(tmp_path / 'store', ITEMS, shard_bytes=14 * 2 * C)
    path = tmp_path / 'store' / '00001.index.npy'
    content = path.read_bytes()
    for position in range(len(content)):
        for bit in (1, 128):
            changed = bytearray(content)
            changed[position] ^= bit
            path.write_bytes(changed)
            with pytest.raises(InputError, match='00001'):
                opened = PackedStore(tmp_path / 'store')
                [opened.open(name).read() for name in NAMES]


def test_changed_frames_differ_from_their_checksum(tmp_path):
    pack(tmp_path / 'store', ITEMS, shard_bytes=14 * 2 * C)
    path = tmp_path / 'store' / '00000.bin'
    content = bytearray(path.read_bytes())
    content[3 * 2 * C] ^= 1  # first value of v1
    path.write_bytes(content)
    data = dataset(tmp_path / 'store')
    problems = [
        inspect_features(data.get_data_info(i)).problem for i in range(8)
    ]
    assert [bool(problem)
            for problem in problems] == [name == 'v1' for name in NAMES]
    assert f'{path} differ from their checksum' in problems[1]


@pytest.mark.parametrize('value', [np.nan, np.inf, -np.inf])
def test_not_finite_as_in_a_folder(store, value):
    path = store / '00000.bin'
    content = bytearray(path.read_bytes())
    start = (3 + 1) * 2 * C  # second frame of v1
    content[start:start + 2] = np.float16(value).tobytes()
    path.write_bytes(content)
    message = r'v1.npy \(video v1, line 2 .*NaN or infinity, first in frame 1'
    with pytest.raises(InputError, match=message):
        dataset(store)[1]
    with pytest.raises(InputError, match=message):
        dataset(store).__getitems__([0, 1])


@pytest.mark.parametrize(
    'order',
    list(permutations(['store.json', '00000.index.npy', '00000.bin'])))
def test_store_that_is_packed_anew_while_it_is_read(tmp_path, order):
    """Old frames, an error, or new frames, but never those of another
    video. A new header says that the store has changed."""
    old, new = tmp_path / 'store', tmp_path / 'new'
    items = {name: 2 * ITEMS[name] + 1 for name in reversed(NAMES)}
    pack(old, ITEMS, channels=C)
    pack(new, items, channels=C)
    data = dataset(old)

    def read():
        errors = []
        for index, name in enumerate(NAMES):
            try:
                frames = np.asarray(data[index]['inputs'])
            except InputError as error:
                errors.append(str(error))
                continue
            assert any(
                np.array_equal(frames, each[name]) for each in (ITEMS, items))
        return errors

    assert not read()
    for name in order:
        os.replace(new / name, old / name)
        read()
    if order[-1] == 'store.json':
        assert not read()
        for index, name in enumerate(NAMES):
            np.testing.assert_array_equal(data[index]['inputs'], items[name])
