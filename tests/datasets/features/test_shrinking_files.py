"""A file that shrinks while it is read is an error, not a crash."""
import os
import subprocess
import sys

import numpy as np
import pytest

from projects_move.datasets.features.feature_file import open_feature_file
from projects_move.errors import InputError
from tests.datasets.features.stores import pack

# reads until an error; prints its type and message
READER = """
import sys
from mmengine.registry import init_default_scope
from projects_move.datasets import LongTailDataset
from projects_move.errors import InputError
init_default_scope('mmaction')
folder, mode, num_frames = sys.argv[1:]
data = LongTailDataset(f'{folder}/../a.lst', [
    dict(type='LoadFeatures'),
    dict(type='SampleFeatureFrames', mode=mode,
         num_frames=int(num_frames) or None),
    dict(type='PackFeatureInputs')], data_prefix=dict(features=folder))
print('reading', flush=True)
try:
    while True:
        for inputs in data.__getitems__([0, 1]):
            assert (inputs['inputs'] == 1).all()
except InputError as error:
    print('InputError:', error)
"""
ROWS, COLUMNS = 6000, 512  # 6 MB, more than is read as a whole


def write(folder, kind):
    """Two videos as files or in a store; the path of the file to truncate."""
    items = {name: np.ones((ROWS, COLUMNS), np.float16) for name in 'ab'}
    (folder / 'a.lst').write_text('a 0\nb 0\n')
    (folder / 'data').mkdir()
    if kind == 'store':
        pack(folder / 'data', items, channels=COLUMNS)
        return folder / 'data' / '00000.bin'
    for name, frames in items.items():
        np.save(folder / 'data' / f'{name}.npy', frames)
    return folder / 'data' / 'b.npy'


@pytest.mark.parametrize('kind', ['store', 'files'])
@pytest.mark.parametrize('mode, num_frames', [('random', 60), ('all', 0)])
def test_truncated_by_another_process(tmp_path, kind, mode, num_frames):
    path = write(tmp_path, kind)
    with subprocess.Popen([
            sys.executable, '-c', READER,
            str(tmp_path / 'data'), mode,
            str(num_frames)
    ],
                          stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE,
                          text=True) as reader:
        try:
            # after what the list reader logs
            assert 'reading\n' in iter(reader.stdout.readline, '')
            os.truncate(path, path.stat().st_size // 3)
            out, err = reader.communicate(timeout=120)
        finally:
            reader.kill()
    assert reader.returncode == 0, err
    assert out.startswith('InputError: feature file ') and 'truncated' in out
    assert '.npy (video ' in out and 'of the list)' in out


@pytest.mark.parametrize('kind', ['store', 'files'])
def test_truncated_after_it_was_opened(tmp_path, kind):
    path = write(tmp_path, kind)
    spans = [open_feature_file(tmp_path / 'data' / f'{i}.npy') for i in 'ab']
    os.truncate(path, path.stat().st_size - 2**20)
    assert (spans[0].read() == 1).all()
    last = np.array([ROWS - 1])
    for read in (spans[1].read, lambda: spans[1].take(last),
                 lambda: [*spans[1].chunks()], lambda: np.asarray(spans[1])):
        with pytest.raises(InputError, match=r'b\.npy: .* is truncated: it'):
            read()
    assert (spans[1].take(np.array([0, 1, 1])) == 1).all()
