"""No checkpoint that asks for more than data gets it, in any way to read one.
"""
import os

import pytest
import torch
from mmengine.runner import CheckpointLoader

from projects_move.checkpoint_files import load_dict
from projects_move.errors import InputError
from projects_move.models.backbones.library_backbone import read_state
from tests.crafted_checkpoints import (Reference, crafted, pickled, tensor,
                                       write_archive)

CRAFTED = crafted()
READERS = dict(
    ours=load_dict,
    mmengine=CheckpointLoader.load_checkpoint,
    backbone=read_state)


@pytest.mark.parametrize('name', CRAFTED)
def test_crafted_values_are_refused(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    content = CRAFTED[name]
    if content.endswith(b'.'):  # a dictionary with the value
        content = b'\x80\x02}X\1\0\0\0a' + content[2:-1] + b's.'
    write_archive('a.pth', content)
    for read in READERS.values():
        with pytest.raises(InputError) as caught:
            read('a.pth')
        message = str(caught.value)
        assert message.startswith('a.pth') and len(message) < 300
        assert '\n' not in message
    assert os.listdir(tmp_path) == ['a.pth']


def test_the_same_file_with_a_sound_value_is_read(tmp_path):
    """The crafted cases are not refused for another reason."""
    write_archive(tmp_path / 'a.pth', pickled(dict(a=tensor((2, 3), (1, 2)))))
    read = load_dict(tmp_path / 'a.pth')['a']
    assert read.tolist() == [[0., 2., 4.], [1., 3., 5.]]
    assert torch.equal(read,
                       torch.load(tmp_path / 'a.pth', weights_only=True)['a'])


def test_a_stream_is_refused_as_an_archive_is(tmp_path):
    """In the format before torch 1.6."""
    path = tmp_path / 'a.pth'
    torch.save(dict(a=os.getcwd), path, _use_new_zipfile_serialization=False)
    with pytest.raises(InputError, match=r'more than weights \(posix.getcwd'):
        load_dict(path)
    torch.save(
        dict(a=torch.ones(9)), path, _use_new_zipfile_serialization=False)
    content = path.read_bytes()
    size = (9).to_bytes(8, 'little')
    assert content.count(size) == 1
    for other in (8, 10, 2**40, 2**63):
        path.write_bytes(content.replace(size, other.to_bytes(8, 'little')))
        with pytest.raises(InputError, match='a.pth is no checkpoint'):
            load_dict(path)


def test_undefined_bools_are_true(tmp_path):
    """Of a byte that is neither 0 nor 1."""
    value = tensor((3, ), (1, ),
                   reference=Reference(3, kind=torch.BoolStorage))
    write_archive(tmp_path / 'a.pth', pickled(dict(a=value)), b'\0\1\7')
    read = load_dict(tmp_path / 'a.pth')['a']
    assert read.view(torch.uint8).tolist() == [0, 1, 1]
