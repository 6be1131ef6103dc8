import errno
import json
import resource

import numpy as np
import pytest

from projects_move.apis.extraction import feature_outputs
from projects_move.apis.extraction.feature_outputs import (FeatureFolder,
                                                           FeatureStore,
                                                           build_output)
from projects_move.apis.extraction.job import ExtractionJob
from projects_move.apis.extraction.videos import Videos
from projects_move.datasets.features.packed_store import PackedStore
from projects_move.errors import InputError


@pytest.fixture(params=[FeatureFolder, FeatureStore])
def output(request, tmp_path):
    return request.param(tmp_path / 'out', 'float16')


def rows(seed, frames=3, channels=4):
    return np.random.default_rng(seed).random(
        (frames, channels)).astype(np.float16)


def videos(*names):
    return Videos(np.array(names, np.bytes_), lambda row: dict(row=row))


def test_what_is_written_is_not_missing(output):
    listed = videos(b'c', b'a', b'd/e', b'\xff')
    assert output.missing(listed).names.tolist() == listed.names.tolist()
    for name in ('a', 'd/e', '\udcff'):
        output.write(name, rows(len(name)))
    output.commit()
    missing = output.missing(listed)
    assert missing.names.tolist() == [b'c']
    assert missing[0] == dict(row=0)
    later = type(output)(output.folder, 'float16')
    assert later.missing(listed).names.tolist() == [b'c']


def test_store_is_committed_at_intervals(tmp_path, monkeypatch):
    """After a minute, later after a twentieth of the time."""
    now = [0.]
    monkeypatch.setattr(feature_outputs.time, 'monotonic', lambda: now[0])
    store, committed = FeatureStore(tmp_path, 'float16'), []
    for minute in range(1, 201):
        now[0] = 60. * minute + minute
        store.write(f'v{minute}', rows(minute))
        committed.append(PackedStore(tmp_path).num_shards)
    shards = np.diff(committed, prepend=0)
    assert shards[:15].sum() == 15
    assert shards[180:].sum() == 2  # every ten minutes
    store.commit()


def test_wrong_folders_are_refused(tmp_path):
    store = FeatureStore(tmp_path / 'store', 'float16')
    store.write('a', rows(0))
    store.commit()
    with pytest.raises(ValueError, match='is a packed store: expected a fold'):
        FeatureFolder(tmp_path / 'store', 'float16')
    with pytest.raises(ValueError, match='has features of float16: expected'):
        FeatureStore(tmp_path / 'store', 'float32')
    FeatureFolder(tmp_path / 'files', 'float16').write('a', rows(0))
    with pytest.raises(ValueError, match='holds feature files, which'):
        FeatureStore(tmp_path / 'files', 'float16')
    assert not (tmp_path / 'files' / 'store.json').exists()


def test_other_channels_leave_the_store_as_it_was(tmp_path):
    store = FeatureStore(tmp_path, 'float16')
    store.write('a', rows(0))
    with pytest.raises(ValueError, match='expected 4 channels, found 5'):
        store.write('b', rows(0, channels=5))
    store.commit()
    assert list(PackedStore(tmp_path).names()) == ['a']
    assert json.loads((tmp_path / 'store.json').read_text())['channels'] == 4


def test_interrupted_write_leaves_nothing(tmp_path, monkeypatch):

    def interrupted(file, *args, **kwargs):
        file.write(b'half')
        raise KeyboardInterrupt

    monkeypatch.setattr(np, 'save', interrupted)
    with pytest.raises(KeyboardInterrupt):
        feature_outputs.write_feature_file(tmp_path / 'a.npy', np.ones((2, 2)))
    assert not list(tmp_path.iterdir())


def test_a_file_that_cannot_be_written_is_named(tmp_path):
    """With the number of the error, which numpy loses."""
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, limit[1]))
    try:
        with pytest.raises(OSError, match='too large: .*a.npy') as caught:
            feature_outputs.write_feature_file(tmp_path / 'a.npy',
                                               np.ones((999, 2)))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    assert caught.value.errno == errno.EFBIG
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize('packed', [False, True])
@pytest.mark.parametrize('out', ['file', 'file/out'])
def test_output_that_is_no_folder(out, packed, tmp_path):
    (tmp_path / 'file').touch()
    job = ExtractionJob({}, [], tmp_path / out, packed=packed)
    with pytest.raises(InputError, match=f'cannot write into .*{out}: '):
        build_output(job)
