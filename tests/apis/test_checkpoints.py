"""Files that are no checkpoints are named, without a hang or a traceback."""
import os
import pickle
import zipfile

import numpy as np
import pytest
import torch
from torch import nn

from projects_move.apis.checkpoints import read_checkpoint
from projects_move.errors import InputError, MissingInputError

STATE = dict(state_dict=dict(weight=torch.ones(999)))


class Code:

    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return os.mkdir, (self.path, )


def cut(path, size):
    whole = path.read_bytes()
    path.write_bytes(whole[:size % len(whole)])


def write_cut(path, size=-9, **kwargs):
    torch.save(STATE, path, **kwargs)
    cut(path, size)


def write_zip(path):
    with zipfile.ZipFile(path, 'w') as file:
        file.writestr('a', 'b')


OTHERS = {
    'tensor': lambda path: torch.save(torch.ones(2), path),
    'list': lambda path: torch.save([1], path),
    'foreign': lambda path: torch.save(dict(epoch=1, model={}), path),
    'no weights': lambda path: torch.save(dict(state_dict={}), path),
    'no dict': lambda path: torch.save(dict(state_dict=[1]), path),
    'numbers': lambda path: torch.save(dict(state_dict={0: STATE}), path),
    'module': lambda path: torch.save(nn.Linear(2, 2), path),
    'code': lambda path: torch.save(dict(a=Code(f'{path}.run')), path),
    'script': lambda path: torch.jit.script(nn.Linear(2, 2)).save(path),
    'cut': write_cut,
    'half': lambda path: write_cut(path, 2000),
    'old and cut': lambda path: write_cut(
        path, _use_new_zipfile_serialization=False),
    'pickle': lambda path: path.write_bytes(pickle.dumps(dict(a=1))),
    'text': lambda path: path.write_text('hello'),
    'empty': lambda path: path.touch(),
    'zip': write_zip,
    'safetensors': lambda path: path.write_bytes(
        b'\x02\0\0\0\0\0\0\0{}' + bytes(64)),
    'npz': lambda path: np.savez(open(path, 'wb'), a=np.ones(2)),
    'folder': lambda path: path.mkdir(),
    'fifo': lambda path: os.mkfifo(path)
}  # yapf: disable


@pytest.mark.filterwarnings('ignore:.*torch.jit', 'ignore:unclosed file',
                            'ignore::pytest.PytestUnraisableExceptionWarning',
                            'ignore:Detected pickle protocol')
@pytest.mark.parametrize('name', OTHERS)
def test_other_files(tmp_path, name):
    path = tmp_path / f'{name}.pth'
    OTHERS[name](path)
    with pytest.raises(InputError, match='is no checkpoint|is refused') as hit:
        read_checkpoint(path)
    message = str(hit.value)
    assert message.startswith(f'{path} ') and '\n' not in message
    assert 'weights_only to False' not in message and len(message) < 300
    assert not os.path.exists(f'{path}.run')


def test_missing_file(tmp_path):
    with pytest.raises(MissingInputError, match='there is no checkpoint'):
        read_checkpoint(tmp_path / 'a.pth')


def test_code_is_named(tmp_path):
    torch.save(dict(a=Code(tmp_path / 'run')), tmp_path / 'a.pth')
    with pytest.raises(InputError, match=r'\(posix.mkdir under a\)'):
        read_checkpoint(tmp_path / 'a.pth')


def test_checkpoints(tmp_path):
    """With meta information, without, and as a bare state dict."""
    path = tmp_path / 'a.pth'
    for saved, meta in ((dict(STATE, meta=dict(epoch=3)),
                         dict(epoch=3)), (dict(STATE, meta=None), {}),
                        (STATE, {}), (STATE['state_dict'], {})):
        torch.save(saved, path)
        found = read_checkpoint(path)
        assert list(found['state_dict']) == ['weight'
                                             ] and found['meta'] == meta
    torch.save(dict(STATE['state_dict'], meta=torch.ones(1)), path)
    assert len(read_checkpoint(path)['state_dict']) == 2
