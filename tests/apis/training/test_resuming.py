import os
import shutil

import pytest
import torch

from projects_move.apis.training.resuming import (check_checkpoint,
                                                  latest_checkpoint)
from projects_move.errors import InputError


def save(path, age):
    torch.save(dict(state_dict=dict(a=torch.arange(999.))), path)
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


@pytest.fixture
def warnings(monkeypatch):
    """Texts of the warnings that are logged."""
    texts = []
    monkeypatch.setattr('projects_move.apis.training.resuming.print_log',
                        lambda text, logger, level: texts.append(text))
    return texts


def test_each_damaged_file_is_named(tmp_path, warnings):
    good, bad = (save(tmp_path / f'epoch_{i}.pth', -i) for i in (1, 2))
    content = bytearray(bad.read_bytes())
    content[content.index(torch.arange(999.).numpy().tobytes()) + 1000] ^= 4
    bad.write_bytes(content)
    torch.load(bad)  # torch does not notice
    (tmp_path / 'last_checkpoint').write_text(str(tmp_path / 'epoch_3.pth'))
    assert latest_checkpoint(tmp_path) == good
    assert [
        name in text
        for name, text in zip(('epoch_3.pth', 'epoch_2.pth'), warnings)
    ] == [True, True]
    assert 'Bad CRC-32' in warnings[1]
    with pytest.raises(InputError, match='epoch_2.pth is no checkpoint.*CRC'):
        check_checkpoint(bad)


def test_empty_last_checkpoint_is_named(tmp_path, warnings):
    good = save(tmp_path / 'epoch_1.pth', 0)
    (tmp_path / 'last_checkpoint').write_text('')
    assert latest_checkpoint(tmp_path) == good
    assert warnings == [f'{tmp_path}/last_checkpoint names no checkpoint']


def test_any_changed_byte_is_found_or_harmless(tmp_path):
    path = save(tmp_path / 'epoch_1.pth', 0)
    content = path.read_bytes()
    found = 0
    for position in range(0, len(content), 61):
        changed = bytearray(content)
        changed[position] ^= 0x10
        path.write_bytes(changed)
        try:
            check_checkpoint(path)
        except InputError:
            found += 1
            continue
        state = torch.load(path, weights_only=True)['state_dict']
        assert torch.equal(state['a'], torch.arange(999.)), position
    assert found > .8 * len(content) / 61


def test_stopped_training_goes_first(tmp_path):
    save(tmp_path / 'epoch_1.pth', 9)
    stopped = save(tmp_path / 'interrupted.pth', 5)
    assert latest_checkpoint(tmp_path) == stopped


def test_moved_folder(tmp_path):
    """The files of the new place count, also while the old ones exist."""
    old = tmp_path / 'old'
    old.mkdir()
    save(old / 'epoch_1.pth', 9), save(old / 'epoch_2.pth', 1)
    (old / 'last_checkpoint').write_text(str(old / 'epoch_1.pth'))
    new = tmp_path / 'new'
    shutil.copytree(old, new)
    assert latest_checkpoint(new) == new / 'epoch_1.pth'


def test_checks(tmp_path):
    check_checkpoint('https://a.b/c.pth')
    check_checkpoint(tmp_path)  # a distributed checkpoint is a folder
    (tmp_path / 'a.pth').write_text('text')
    with pytest.raises(InputError, match='a.pth is no checkpoint'):
        check_checkpoint(tmp_path / 'a.pth')
