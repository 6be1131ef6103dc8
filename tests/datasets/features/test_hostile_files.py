"""Every kind of file, by every way that reads features."""
import os
import re
from functools import partial

import numpy as np
import pytest
from torch.utils.data import DataLoader

from projects_move.apis.prediction.prepared_videos import PreparedVideos
from projects_move.datasets import LongTailDataset, batch_collate
from projects_move.datasets.features.feature_checking import (channel_problems,
                                                              inspect_features)
from projects_move.datasets.features.packed_store import PackedStore
from projects_move.engine.hooks import feature_statistics_hook
from projects_move.errors import InputError, MissingInputError
from tests.datasets.features.hostile_files import (ACCEPTED, ODD, REFUSED, C,
                                                   frames)
from tests.in_process import run_tool
from tools import pack_features

PIPELINE = [
    dict(type='LoadFeatures'),
    dict(type='SampleFeatureFrames', mode='all'),
    dict(type='PackFeatureInputs')
]
NAMES = ['a', 'odd', 'z']
HERE = r'odd\.npy \(video odd, line 2 of the list\)'


@pytest.fixture
def dataset(tmp_path):
    """Two plain files and a list of three; the test writes ``odd.npy``."""
    for seed, name in enumerate(NAMES):
        if name != 'odd':
            np.save(tmp_path / f'{name}.npy', frames(seed))
    (tmp_path / 'a.lst').write_text(''.join(f'{name} 0\n' for name in NAMES))
    return LongTailDataset(
        str(tmp_path / 'a.lst'),
        PIPELINE,
        data_prefix=dict(features=str(tmp_path)))


def read_one(dataset):
    return dataset[1]['inputs'].numpy()


def read_batch(dataset):
    return batch_collate(dataset.__getitems__([0, 1, 2]))['inputs'][1].numpy()


def read_for_statistics(dataset):
    """Mean and standard deviation of the features."""
    spans = [
        feature_statistics_hook._open(dataset.get_data_info(i))
        for i in range(3)
    ]
    mean, std = feature_statistics_hook._statistics(spans)
    arrays = [np.asarray(span, np.float64) for span in spans]
    rows = np.concatenate(arrays)
    np.testing.assert_allclose(mean, rows.mean(0), atol=1e-10)
    np.testing.assert_allclose(std, rows.std(0), atol=1e-8)
    return arrays[1]


def read_for_check(dataset):
    report = inspect_features(dataset.get_data_info(1))
    if report.problem:
        raise InputError(report.problem)
    path = dataset.get_data_info(1)['feature_path']
    array = np.load(path)
    assert report.shape == array.shape and report.dtype == array.dtype
    return array


def packed(dataset):
    """Packed frames; the others are packed, too."""
    folder = dataset.data_prefix['features']
    text, problem = run_tool(pack_features.main, 'pack', folder,
                             f'{folder}/store', '--dtype', 'float32')
    store = PackedStore(f'{folder}/store')
    assert np.array_equal(store.open('z'), frames(2))
    if problem is not None:
        assert problem == '1 videos failed' and 'odd' not in store
        line, = re.findall('^failed: (.*)$', text, re.M)
        raise InputError(line)
    return np.asarray(store.open('odd'))


def predicted(dataset):
    info = dict(
        video_id='odd', feature_path=dataset.get_data_info(1)['feature_path'])
    video, = PreparedVideos([info], [0], PIPELINE)
    if video.packed is None:
        raise InputError(video.problem)
    return video.packed['inputs'].numpy()


WITH_LINE = [read_one, read_batch, read_for_statistics, read_for_check]


@pytest.mark.filterwarnings('ignore:Reading .* file required additional')
@pytest.mark.parametrize('read', [*WITH_LINE, packed, predicted])
@pytest.mark.parametrize('kind', ACCEPTED)
def test_values_of_numpy(dataset, tmp_path, kind, read):
    ACCEPTED[kind](tmp_path / 'odd.npy')
    found, expected = read(dataset), np.load(tmp_path / 'odd.npy')
    np.testing.assert_array_equal(found, expected.astype(found.dtype))


@pytest.mark.parametrize('read', WITH_LINE)
@pytest.mark.parametrize('kind', REFUSED)
def test_file_video_and_line_are_named(dataset, tmp_path, kind, read):
    write, message = REFUSED[kind]
    write(tmp_path / 'odd.npy')
    with pytest.raises(InputError, match=f'(?s){HERE}.*{message}'):
        read(dataset)


@pytest.mark.parametrize('kind', ['NaN', 'torn array', 'FIFO', 'big endian'])
def test_error_of_a_worker(dataset, tmp_path, kind):
    """The type of the error arrives, too."""
    write, message = REFUSED[kind]
    write(tmp_path / 'odd.npy')
    loader = DataLoader(
        dataset, batch_size=3, num_workers=1, collate_fn=batch_collate)
    with pytest.raises(InputError, match=f'(?s){HERE}.*{message}'):
        next(iter(loader))


@pytest.mark.parametrize('read', [packed, predicted])
@pytest.mark.parametrize('kind', REFUSED)
def test_file_is_named(dataset, tmp_path, kind, read):
    write, message = REFUSED[kind]
    write(tmp_path / 'odd.npy')
    with pytest.raises(InputError, match=f'odd.*{message}'):
        read(dataset)


@pytest.mark.parametrize('kind', ODD)
@pytest.mark.parametrize('read', [read_batch, read_for_statistics, packed])
def test_file_of_other_channels_is_named(dataset, tmp_path, kind, read):
    write, message = ODD[kind]
    write(tmp_path / 'odd.npy')
    if read is read_batch:
        dataset.pipeline.transforms[1].__init__(3, 'uniform')
    here = 'video odd' if read is packed else HERE
    with pytest.raises(InputError, match=f'{here}.*expected {C} channels'):
        read(dataset)


@pytest.mark.parametrize('kind', ODD)
def test_check_compares_the_files(dataset, tmp_path, kind):
    write, message = ODD[kind]
    write(tmp_path / 'odd.npy')
    reports = [inspect_features(dataset.get_data_info(i)) for i in range(3)]
    problem, = channel_problems(reports)
    assert re.search(f'{HERE}.*, but 2 files have {C}', problem)
    assert message in problem
    problem, = channel_problems(reports, C)
    assert re.search(fr'{HERE}.*the model expects {C} \(in_channels\)',
                     problem)


def test_all_files_are_transposed(tmp_path):
    infos = []
    for i in range(5):
        path = tmp_path / f'{i}.npy'
        np.save(path, frames(i, C, 6 + i))
        infos.append(dict(feature_path=str(path)))
    reports = [inspect_features(info) for info in infos]
    assert len(channel_problems(reports, C)) == 5
    assert all('looks transposed' in text
               for text in channel_problems(reports, C))
    problem, = channel_problems(reports)
    assert '5 files have 4 frames each' in problem and 'transposed' in problem


def test_no_majority(tmp_path):
    reports = []
    for i, channels in enumerate((3, 4, 3, 4)):
        np.save(tmp_path / f'{i}.npy', frames(i, 2 + i, channels))
        reports.append(
            inspect_features(dict(feature_path=f'{tmp_path}/{i}.npy')))
    problem, = channel_problems(reports)
    assert '2 have 3, such as' in problem and '2 have 4, such as' in problem
    assert '0.npy' in problem and '1.npy' in problem


def test_missing_file(dataset):
    for read in WITH_LINE[:2]:
        with pytest.raises(MissingInputError, match=f'no feature .*{HERE}'):
            read(dataset)


def test_path_that_no_file_has(dataset, tmp_path):
    for name in ('a' * 300, 'a\0b', '\ud800'):
        info = dict(feature_path=f'{tmp_path}/{name}.npy', video_id='v')
        problem = inspect_features(info).problem
        assert problem.startswith('feature file ') and '(video v)' in problem


def test_file_without_permission(dataset, tmp_path, monkeypatch):
    np.save(tmp_path / 'odd.npy', frames())
    refuse = partial(_refuse, os.open)
    monkeypatch.setattr('os.open', refuse)
    with pytest.raises(InputError, match=f'{HERE}: Permission denied'):
        dataset[1]


def _refuse(open_file, path, *args):
    if str(path).endswith('odd.npy'):
        raise PermissionError(13, 'Permission denied', path)
    return open_file(path, *args)
