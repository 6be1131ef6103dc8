import numpy as np
import pytest

from projects_move.datasets.features.feature_checks import check_finite
from projects_move.datasets.features.feature_file import open_feature_file
from projects_move.datasets.features.origin import Origin
from projects_move.errors import InputError


@pytest.mark.parametrize('dtype', ['float16', 'float32', 'float64'])
@pytest.mark.parametrize('rows', [1, 7, 3000])
def test_reads_any_native_float_type(tmp_path, dtype, rows):
    features = np.random.default_rng(0).standard_normal(
        (rows, 300)).astype(dtype)
    np.save(tmp_path / 'a.npy', features)
    opened = open_feature_file(tmp_path / 'a.npy', channels=300)
    assert opened.dtype == dtype and opened.shape == features.shape
    np.testing.assert_array_equal(opened, features)
    np.testing.assert_array_equal(np.concatenate([*opened.chunks()]), features)
    for index in ([0], [rows - 1], [0, 0, rows - 1], range(rows)):
        index = np.array(index)
        np.testing.assert_array_equal(opened.take(index), features[index])


def test_never_reads_beyond_the_video(tmp_path):
    np.save(tmp_path / 'a.npy', np.ones((3, 4)))
    opened = open_feature_file(tmp_path / 'a.npy')
    for index in ([1, 3], [-1, 0], [3]):
        with pytest.raises(IndexError, match='of 3'):
            opened.take(np.array(index))


@pytest.mark.parametrize('dtype', ['float16', 'float32', 'float64'])
@pytest.mark.parametrize('value', [np.nan, -np.nan, np.inf, -np.inf])
def test_not_finite(value, dtype):
    frames = np.array([[0, -0., 1], [-65504, 65504, 6e-8]] * 2, dtype)
    check_finite(frames, Origin('a.npy'))
    frames[2, 1] = value
    with pytest.raises(InputError, match=r'video v\).* first in frame 2$'):
        check_finite(frames, Origin('a.npy', 'v'))
    with pytest.raises(InputError, match='first in frame 70$'):
        check_finite(frames, Origin('a.npy'), [5, 6, 70, 71])


def test_every_bit_pattern():
    """As numpy says, one number at a time."""
    numbers = np.arange(2**16, dtype=np.uint16).view(np.float16)
    refused = []
    for number in numbers:
        try:
            check_finite(number[None, None], Origin('a.npy'))
        except InputError:
            refused.append(number)
    assert len(refused) == (~np.isfinite(numbers)).sum()
    assert not np.isfinite(refused).any()


@pytest.mark.parametrize('value', [3.5e38, -1e300])
def test_beyond_float32(value):
    """They would be infinite in the model."""
    with pytest.raises(InputError, match='beyond the range of float32'):
        check_finite(np.array([[value]]), Origin('a.npy'))
