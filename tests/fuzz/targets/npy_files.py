"""Feature files, as a training reads them."""
from pathlib import Path
from random import Random

import numpy as np

from projects_move.datasets import LongTailDataset
from tests.fuzz.mutations import mutate
from tests.fuzz.outcomes import FAULTY, Expected, Outcome, judge
from tests.fuzz.runner import Target

DTYPES = ('<f2', '<f4', '<f8') * 6 + ('>f4', '>f2', 'g', '<i4', '?', '<c8',
                                      'S4', 'O')
NATIVE = ('<f2', '<f4', '<f8')


def write(rng: Random, folder: Path) -> None:
    shape = rng.choice([(5, 4), (1, 1), (7, 4), (300, 64)] * 4 +
                       [(0, 4), (4, 0), (4, ), (2, 3, 4), ()])
    dtype = np.dtype(rng.choice(DTYPES))
    values = np.array([rng.uniform(-9, 9) for _ in range(int(np.prod(shape)))])
    if rng.random() < .1 and values.size:
        values[rng.randrange(values.size)] = rng.choice(
            [np.nan, np.inf, -np.inf, 1e300])
    with np.errstate(all='ignore'):
        array = values.reshape(shape).astype(dtype)
    if rng.random() < .2:
        array = np.asfortranarray(array)
    path = folder / 'a.npy'
    with open(path, 'wb') as file:
        version = rng.choice([None, None, (1, 0), (2, 0), (3, 0)])
        np.lib.format.write_array(file, array, version)
    path.write_bytes(mutate(rng, path.read_bytes()))
    (folder / 'list.lst').write_text('a 0\n')


def check(folder: Path) -> Outcome:
    path = folder / 'a.npy'

    def read():
        dataset = LongTailDataset(
            ann_file=str(folder / 'list.lst'),
            data_prefix=dict(features=str(folder)),
            pipeline=[
                dict(type='LoadFeatures'),
                dict(type='SampleFeatureFrames', mode='all'),
                dict(type='PackFeatureInputs'),
            ],
            test_mode=True)
        return dataset[0]['inputs'].double().numpy()

    return judge(read, _expected(path), [path.name], _difference)


def _expected(path: Path) -> Expected:
    """Values by numpy; other types than native floats may be refused."""
    try:
        values = np.load(path, allow_pickle=False)
    except Exception:
        return FAULTY
    if not isinstance(values, np.ndarray) or values.dtype.kind != 'f' or \
            values.ndim != 2 or not values.size or \
            not np.isfinite(values).all():
        return FAULTY
    is_whole = len(path.read_bytes()) == _written_bytes(values)
    is_native = values.dtype.str in NATIVE
    fits = np.abs(values).max() <= np.finfo(np.float32).max
    return Expected(
        values.astype(np.float64), not (is_whole and is_native and fits))


def _written_bytes(values: np.ndarray) -> int:
    """Smallest size of a file with these values; a longer one has a longer
    header or further bytes after the values."""
    return 128 + values.nbytes


def _difference(values: np.ndarray, expected: np.ndarray) -> str:
    if values.shape != expected.shape:
        return f'shape {values.shape}, expected {expected.shape}'
    equal = np.array_equal(
        values.astype(np.float32), expected.astype(np.float32))
    return '' if equal else f'got {values!r:.200}, not {expected!r:.200}'


TARGET = Target('feature_file', write, check)
