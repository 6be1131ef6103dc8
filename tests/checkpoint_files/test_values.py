"""What torch.save writes is read as torch.load reads it."""
import random
import sys
import types
import zipfile
from argparse import Namespace
from collections import Counter, OrderedDict, defaultdict
from pathlib import Path, PurePosixPath, PureWindowsPath
from unittest import mock

import numpy as np
import pytest
import torch
from mmengine.config import ConfigDict
from mmengine.logging import HistoryBuffer, MessageHub
from mmengine.optim import OneCycleLR
from torch import nn

from projects_move.checkpoint_files import load_dict, load_file
from projects_move.errors import InputError
from tests.same_values import difference, plain

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


def other_classes():
    """What other trainings save beside their weights."""
    config = ConfigDict(a=dict(b=1), c=[dict(d=2)])
    counts = defaultdict(list, a=[1])
    module = nn.Linear(2, 2)
    schedule = torch.optim.SGD(module.parameters(), lr=.1, momentum=.9)
    return dict(
        args=Namespace(
            lr=.1, betas=(.9, .99), data=Path('/data/a'), more=None),
        nothing=Namespace(),
        config=config,
        counts=counts,
        names={'a', 'b'},
        frozen=frozenset([1, 2.5, None]),
        folder=PurePosixPath('work') / 'a',
        drive=PureWindowsPath('C:/work'),
        size=torch.ones(2, 3).shape,
        device=torch.device('cuda', 1),
        device_type=torch.device('cpu'),
        dtypes=[torch.float16, torch.int64],
        schedules=[
            OneCycleLR(
                schedule, eta_max=.1, total_steps=9,
                anneal_strategy=strategy).state_dict()
            for strategy in ('cos', 'linear')
        ],
        shared=[counts, counts],
        later={
            name: torch.ones(3).to(getattr(torch, name))
            for name in ('float8_e4m3fn', 'float8_e5m2', 'uint16', 'uint32',
                         'uint64')
        },
        expanded=torch.arange(3).expand(4, 3))


@pytest.mark.parametrize('make', [training, tensors, arrays, other_classes])
@pytest.mark.parametrize('archive', [True, False])
def test_values(tmp_path, make, archive):
    saved, path = make(), tmp_path / 'a.pth'
    if not archive:  # whose storages have no dtypes after bfloat16
        saved.pop('later', None)
    torch.save(saved, path, _use_new_zipfile_serialization=archive)
    read = load_dict(path)
    assert difference(read, plain(saved)) is None
    # it is written by this process
    by_torch = torch.load(path, weights_only=False)
    assert difference(read, plain(by_torch)) is None


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


def test_a_dictionary_of_lightning(tmp_path):
    """AttributeDict, in ``hyper_parameters``."""
    module = types.ModuleType('pytorch_lightning.utilities.parsing')
    module.AttributeDict = type('AttributeDict', (dict, ),
                                dict(__module__=module.__name__))
    names = ('pytorch_lightning', 'pytorch_lightning.utilities',
             module.__name__)
    with mock.patch.dict(sys.modules, dict.fromkeys(names, module)):
        torch.save(
            dict(hyper_parameters=module.AttributeDict(lr=.1)),
            tmp_path / 'a.ckpt')
    read = load_dict(tmp_path / 'a.ckpt')['hyper_parameters']
    assert read == dict(lr=.1) and type(read) is dict


def test_shared_values_stay_shared(tmp_path):
    tensor, flags = torch.ones(2), torch.ones(3, dtype=torch.bool)
    torch.save(dict(a=[tensor, tensor], b=[flags, flags[1:]]),
               tmp_path / 'a.pth')  # yapf: disable
    read = load_dict(tmp_path / 'a.pth')
    assert read['a'][0] is read['a'][1]
    read['b'][1][0] = False
    assert read['b'][0].tolist() == [True, False, True]


@pytest.mark.filterwarnings('ignore:.*quantize.*:UserWarning')
@pytest.mark.parametrize('make, name', [
    (lambda: torch.eye(2).to_sparse(), 'a sparse tensor'),
    (lambda: torch.quantize_per_tensor(torch.ones(2), 1., 0, torch.qint8),
     'a quantized tensor'),
    (lambda: torch.ones(1).expand(2**25),
     r'a tensor expanded to the size \(33554432,\)'),
])
def test_what_is_not_read_is_named_with_its_place(tmp_path, make, name):
    torch.save(dict(meta=dict(extra=[0, make()])), tmp_path / 'a.pth')
    with pytest.raises(
            InputError, match=rf'weights \({name} under meta.extra.1\)'):
        load_dict(tmp_path / 'a.pth')
