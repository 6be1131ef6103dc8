import os

import pytest
import torch

from projects_move.apis.resuming import check_checkpoint, latest_checkpoint
from projects_move.errors import InputError


def save(path, age):
    torch.save(dict(state_dict=dict(a=torch.ones(99))), path)
    os.utime(path, (1e9 - age, 1e9 - age))
    return path


def test_latest_checkpoint_that_can_be_read(tmp_path):
    assert latest_checkpoint(tmp_path) is None
    paths = [save(tmp_path / f'epoch_{i}.pth', 9 - i) for i in range(1, 4)]
    assert latest_checkpoint(tmp_path) == paths[2]
    last = tmp_path / 'last_checkpoint'
    last.write_text(f'{paths[1]}\n')
    assert latest_checkpoint(tmp_path) == paths[1]
    for text in (str(tmp_path / 'gone.pth'), '', 'a\0b', str(paths[2])):
        last.write_text(text)
        assert latest_checkpoint(tmp_path) == paths[2]
    paths[2].write_bytes(paths[2].read_bytes()[:300])
    assert latest_checkpoint(tmp_path) == paths[1]
    for path in paths:
        path.write_bytes(b'')
    assert latest_checkpoint(tmp_path) is None


def test_checks(tmp_path):
    check_checkpoint('https://a.b/c.pth')
    check_checkpoint(tmp_path)  # a distributed checkpoint is a folder
    (tmp_path / 'a.pth').write_text('text')
    with pytest.raises(InputError, match='a.pth is no checkpoint'):
        check_checkpoint(tmp_path / 'a.pth')
