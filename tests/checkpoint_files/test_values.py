"""What torch.save writes is read as torch.load reads it."""
import random
import zipfile
from collections import Counter, OrderedDict

import numpy as np
import pytest
import torch
from mmengine.logging import HistoryBuffer, MessageHub
from torch import nn

from projects_move.checkpoint_files import load_dict, load_file
from projects_move.errors import InputError
from tests.same_values import difference

DTYPES = (torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32,
          torch.int64, torch.float16, torch.bfloat16, torch.float32,
          torch.float64, torch.complex64, torch.complex128)


def training():
    """Values of a checkpoint of MMEngine."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv1d(2, 3, 3), nn.BatchNorm1d(3))
    optimizer = torch.optim.Adam(model.parameters())
    model(torch.ones(4, 2, 5)).sum().backward()
    optimizer.step()
    hub = MessageHub.get_instance('test_values')
    hub.update_scalar('loss', 2.5)
    hub.update_scalar('loss', 1.5)
    hub.update_info('best', np.float64(.25))
    return dict(
        meta=dict(
            epoch=3,
            time='2026',
            cfg='a = 1',
            dataset_meta=dict(classes=('a', 'b')),
            seed=None,
            ratio=.5,
            large=2**70,
            negative=-3),
        state_dict=model.state_dict(),
        optimizer=optimizer.state_dict(),
        param_schedulers=[dict(milestones=Counter([3, 3, 5]))],
        message_hub=hub.state_dict(),
        random=(random.getstate(), np.random.get_state(),
                torch.get_rng_state()))


def tensors():
    base = torch.arange(24).reshape(2, 3, 4)
    return dict({str(dtype): base.to(dtype)
                 for dtype in DTYPES},
                view=base[1, ::2, 1:],
                transposed=base.mT,
                scalar=torch.tensor(3.),
                empty=torch.ones(3, 0, 2),
                tied=[base, base[0]],
                parameter=nn.Parameter(torch.ones(2)),
                strided=torch.ones(6).as_strided((2, 3), (3, 1)))


def arrays():
    values = np.arange(6).reshape(2, 3)
    return dict(
        {
            code: values.astype(code)
            for code in ('?', 'u1', 'i2', 'u4', 'i8', 'f2', 'f4', 'f8')
        },
        fortran=np.asfortranarray(values),
        empty=np.ones((0, 3)),
        scalar=np.float32(1.5),
        flag=np.bool_(True),
        axisless=np.array(2))


@pytest.mark.parametrize('make', [training, tensors, arrays])
@pytest.mark.parametrize('archive', [True, False])
def test_values(tmp_path, make, archive):
    saved, path = make(), tmp_path / 'a.pth'
    torch.save(saved, path, _use_new_zipfile_serialization=archive)
    read = load_dict(path)
    assert difference(read, saved) is None
    # it is written by this process
    assert difference(read, torch.load(path, weights_only=False)) is None


def test_versions_of_modules_are_kept(tmp_path):
    """Without them a batch norm is taken for one of an older torch."""
    saved = nn.BatchNorm1d(3).state_dict()
    torch.save(dict(state_dict=saved), tmp_path / 'a.pth')
    read = load_dict(tmp_path / 'a.pth')['state_dict']
    assert read._metadata == saved._metadata == OrderedDict(
        {'': dict(version=2)})


def test_functions_of_a_history_are_those_of_the_class(tmp_path):
    history = HistoryBuffer([1., 3.], [1, 1])
    torch.save(dict(a=history), tmp_path / 'a.pth')
    read = load_dict(tmp_path / 'a.pth')['a']
    assert read.mean() == 2 and read.statistics('max') == 3
    read.update(5.)
    assert read.mean() == 3


def test_items_of_an_old_pickle_are_in_the_call(tmp_path):
    from tests.crafted_checkpoints import Calls, pickled, write_archive
    items = Calls(OrderedDict, [['b', 1], ('a', 2)])
    write_archive(tmp_path / 'a.pth', pickled(dict(a=items)))
    assert load_dict(tmp_path / 'a.pth')['a'] == OrderedDict(b=1, a=2)


def test_a_changed_byte_is_found_by_the_checksum(tmp_path):
    path = tmp_path / 'a.pth'
    torch.save(dict(state_dict=dict(a=torch.full((999, ), 7.))), path)
    content = path.read_bytes()
    at = content.index(torch.full((9, ), 7.).numpy().tobytes())
    path.write_bytes(content[:at] + b'\1' + content[at + 1:])
    with pytest.raises(InputError, match='a.pth is no checkpoint.*CRC'):
        load_dict(path)


def test_a_compressed_archive_is_refused(tmp_path):
    """It may have any size."""
    torch.save(dict(a=torch.zeros(9999)), tmp_path / 'a.pth')
    with zipfile.ZipFile(tmp_path / 'a.pth') as plain, zipfile.ZipFile(
            tmp_path / 'b.pth', 'w', zipfile.ZIP_DEFLATED) as packed:
        for name in plain.namelist():
            packed.writestr(name, plain.read(name))
    with pytest.raises(InputError, match='without compression'):
        load_dict(tmp_path / 'b.pth')


def test_names_of_weights_are_texts(tmp_path):
    torch.save(dict(state_dict={1: torch.ones(1)}), tmp_path / 'a.pth')
    with pytest.raises(InputError, match='type Tensor under 1'):
        load_file(str(tmp_path / 'a.pth'))
