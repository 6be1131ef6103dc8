import numpy as np
import pytest

from projects_move.datasets.features.feature_file import (check_finite,
                                                          open_feature_file)


@pytest.mark.parametrize('dtype', ['float16', 'float32', 'float64'])
def test_maps_any_float_type(tmp_path, dtype):
    features = np.random.default_rng(0).standard_normal((7, 3)).astype(dtype)
    np.save(tmp_path / 'a.npy', features)
    opened = open_feature_file(tmp_path / 'a.npy', channels=3)
    assert isinstance(opened, np.memmap) and not opened.flags.writeable
    np.testing.assert_array_equal(opened, features)


@pytest.mark.parametrize('array, message', [
    (np.ones(5), r'expected the shape \(frames, channels\), got \(5,\)'),
    (np.ones((0, 4)), r'got \(0, 4\)'),
    (np.ones((3, 4), dtype=int), 'expected floats, got int64'),
    (np.ones((3, 5)), 'expected 4 channels, got 5'),
])
def test_wrong_content(tmp_path, array, message):
    np.save(tmp_path / 'a.npy', array)
    with pytest.raises(ValueError, match=message):
        open_feature_file(tmp_path / 'a.npy', channels=4)


def test_archive_of_arrays(tmp_path):
    with open(tmp_path / 'a.npy', 'wb') as file:
        np.savez(file, a=np.ones((2, 2)))
    with pytest.raises(ValueError, match='expected floats, got NpzFile'):
        open_feature_file(tmp_path / 'a.npy')


@pytest.mark.parametrize('value', [np.nan, np.inf, -np.inf])
def test_not_finite(value):
    frames = np.ones((4, 3))
    check_finite(frames, 'a.npy')
    frames[2, 1] = value
    with pytest.raises(ValueError, match=r'video v\) .* first in frame 2 of '):
        check_finite(frames, 'a.npy', 'v')
