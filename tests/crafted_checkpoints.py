"""Checkpoints that ask for more than data, as an attacker writes them."""
import argparse
import io
import os
import pathlib
import pickle
import zipfile
from collections import OrderedDict

import numpy as np
import torch
from mmengine.config import ConfigDict
from mmengine.logging import HistoryBuffer
from torch._utils import _rebuild_tensor_v2

STORAGE = np.arange(6, dtype='<f4').tobytes()


class Calls:
    """Pickles as a call of a function, with a state."""

    def __init__(self, function, *args, state=None):
        self.call = (function, args, state)

    def __reduce__(self):
        return self.call


class Reference:
    """Pickles as a reference to the storage ``0`` of six float32."""

    def __init__(self, count=6, key='0', kind=torch.FloatStorage):
        self.fields = ('storage', kind, key, 'cpu', count)


class Pickler(pickle.Pickler):

    def persistent_id(self, value):
        return value.fields if isinstance(value, Reference) else None


def pickled(value):
    stream = io.BytesIO()
    Pickler(stream, 2).dump(value)
    return stream.getvalue()


def write_archive(path, content, storage=STORAGE):
    """Write a checkpoint with a pickle and one storage."""
    with zipfile.ZipFile(path, 'w') as archive:
        archive.writestr('a/data.pkl', content)
        archive.writestr('a/byteorder', 'little')
        archive.writestr('a/version', '3\n')
        archive.writestr('a/data/0', storage)


def tensor(size, stride, offset=0, reference=None, hooks=None):
    return Calls(_rebuild_tensor_v2, reference or Reference(), offset, size,
                 stride, False,
                 OrderedDict() if hooks is None else hooks)


def numbers_type(code, *state):
    """Pickles as a type of numpy with any state."""
    return Calls(np.dtype, code, False, True, state=state or None)


def array(dtype, content, shape=(1, )):
    reconstruct = np.array(1).__reduce__()[0]
    return Calls(
        reconstruct,
        np.ndarray, (0, ),
        b'b',
        state=(1, shape, dtype, False, content))


def deep(kind, levels=3000):
    """Pickle of values in each other, which Python itself cannot pickle."""
    begin = dict(list=b']', tuple=b'(')[kind] * levels
    return b'\x80\x02' + begin + dict(
        list=b'a' * (levels - 1), tuple=b't' * levels)[kind] + b'.'


def shared(levels=64):
    """Pickle of a list of two lists of two lists ..., each stored once."""
    parts = [b'\x80\x02]q\x00']
    for i in range(levels):
        parts.append(b']q' + bytes([i + 1]) + b'(h' + bytes([i]) + b'h' +
                     bytes([i]) + b'e')
    return b''.join(parts) + b'.'


FLOAT = (3, '<', None, None, None, -1, -1, 0)
OBJECT = (3, '|', None, None, None, -1, -1, 63)
scalar = np.float64(1).__reduce__()[0]


def crafted():
    """Pickles by what they ask for."""
    fields = {'a': (np.dtype('f8'), 2**40)}
    metadata = OrderedDict()
    metadata._metadata = OrderedDict({'': {'assign_to_params_buffers': True}})
    attributes = OrderedDict()
    attributes.update = 1
    history = HistoryBuffer([1.], [1])
    values = {
        'a command': Calls(os.system, 'touch run'),
        'eval': Calls(eval, '1'),
        'getattr': Calls(getattr, HistoryBuffer, '__init__'),
        'an attribute': Calls(getattr, np.ndarray, 'tofile'),
        'a function': os.getcwd,
        'a class': HistoryBuffer,
        'a state of a number type': numbers_type('f8', 3, '<', None, ('a', ),
                                                 fields, 2**40, 1, 63),
        'a short state': array(numbers_type('f8', 3), b'\0' * 8),
        'a number type alone': np.dtype('f8'),
        'an object at an address': array(
            numbers_type('O', *OBJECT), b'\x10' + bytes(7)),
        'a scalar at an address': Calls(scalar, numbers_type('O', *OBJECT),
                                        b'\x10' + bytes(7)),
        'fields of objects': array(
            numbers_type('V8', 3, '|', None, ('a', ), {
                'a': (np.dtype('O'), 0)
            }, 8, 1, 63), bytes(8)),
        'a subarray': array(
            numbers_type('f8', 3, '<', (np.dtype('f8'), (9, )), None, None,
                         -1, -1, 0), bytes(8)),
        'another byte order': array(
            numbers_type('f8', *(3, '>'), *FLOAT[2:]), bytes(8)),
        'a shape beyond the bytes': array(
            numbers_type('f8', *FLOAT), bytes(8), (2**40, )),
        'a negative shape': array(
            numbers_type('f8', *FLOAT), bytes(8), (-1, )),
        'half a number': array(numbers_type('f8', *FLOAT), bytes(7)),
        'a matrix of records': Calls(
            np.array(1).__reduce__()[0], np.recarray, (0, ), b'b'),
        'a history of text': Calls(HistoryBuffer, state=dict(
            _log_history='a', _count_history='a', max_length=1)),
        'a history of two lengths': Calls(
            HistoryBuffer, state=dict(
                _log_history=history._log_history,
                _count_history=np.ones(2), max_length=9)),
        'beyond the storage': tensor((7, ), (1, )),
        'beyond by an offset': tensor((6, ), (1, ), 1),
        'beyond by a stride': tensor((2, ), (6, )),
        'before the storage': tensor((2, ), (-1, ), 1),
        'a negative offset': tensor((1, ), (1, ), -1),
        'a negative size': tensor((-1, ), (1, )),
        'an expanded tensor': tensor((2**40, ), (0, )),
        'a size of text': tensor(('1', ), (1, )),
        'sizes of a list': tensor([1], [1]),
        'one stride too few': tensor((1, 1), (1, )),
        'a storage of other size': tensor((1, ), (1, ),
                                          reference=Reference(2**40)),
        'a storage of other numbers': tensor(
            (1, ), (1, ), reference=Reference(kind=torch.DoubleStorage)),
        'no storage': tensor((1, ), (1, ), reference=Reference(key='1')),
        'no path': tensor((1, ), (1, ), reference=Reference(key='../0')),
        'hooks': tensor((1, ), (1, ), hooks={1: 2}),
        'a storage alone': Reference(),
        'a quantized tensor': Calls(torch._utils._rebuild_qtensor,
                                    Reference(), 0, (1, ), (1, )),
        'a sparse tensor': Calls(torch._utils._rebuild_sparse_tensor,
                                 torch.sparse_coo, (1, )),
        'a tensor without storage': Calls(
            torch._utils._rebuild_wrapper_subclass, torch.Tensor,
            torch.float32, (9, ), (1, ), 0, torch.strided,
            torch.device('cpu'), False),
        'a tensor of any type': Calls(torch._tensor._rebuild_from_type_v2,
                                      torch.ones, torch.Tensor, (1, ), {}),
        'a tensor of memory': Calls(torch.FloatTensor, 5),
        'a tensor with a state': Calls(torch.Tensor, state=((), 1, 2, 3)),
        'versions of modules': metadata,
        'attributes': attributes,
        'a huge bytearray': Calls(bytearray, 2**50),
        'a set of tuples': {(1, 2)},
        'a set of a set': Calls(set, {1}),
        'a namespace of a list': Calls(argparse.Namespace, state=[1]),
        'a path of numbers': Calls(pathlib.PosixPath, 1),
        'a negative size of torch': Calls(torch.Size, (-1, )),
        'a long size': Calls(torch.Size, (1, ) * 40),
        'a device of text': Calls(torch.device, 'disk'),
        'a config of a list': Calls(ConfigDict, [1]),
        'a class of its own': torch.nn.Identity(),
        'a typed tensor with a dtype': Calls(
            torch._utils._rebuild_tensor_v3, Reference(), 0, (1, ), (1, ),
            False, OrderedDict(), torch.float32),
        'a tensor without dtype': Calls(
            torch._utils._rebuild_tensor_v3,
            Reference(24, kind=torch.UntypedStorage), 0, (1, ), (1, ), False,
            OrderedDict(), None),
        'half a number of a dtype': Calls(
            torch._utils._rebuild_tensor_v3,
            Reference(24, kind=torch.UntypedStorage), 0, (1, ), (1, ), False,
            OrderedDict(), torch.complex128),
    }  # yapf: disable
    contents = {name: pickled(value) for name, value in values.items()}
    contents.update({
        'a list in itself': b'\x80\x02]q\0h\0a.',
        'deep lists': deep('list'),
        'deep tuples': deep('tuple'),
        'a deep key': b'\x80\x02}' + deep('tuple')[2:-1] + b'Ns.',
        'shared lists': shared(),
        'a filled function': b'\x80\x02cos\ngetcwd\nK\1K\2s.',
        'an extended function': b'\x80\x02cos\ngetcwd\nK\1a.',
        'a function with a state': b'\x80\x02cos\ngetcwd\n}b.',
        'an empty stack': b'\x80\x02R.',
        'a mark less': b'\x80\x02t.',
        'an unknown memo': b'\x80\x02h\7.',
        'no end': b'\x80\x02]',
        'protocol 4': pickle.dumps({'a': {1}}, 4),
        'a global of a persistent id': b'\x80\x02cos\ngetcwd\nQ.',
        'a long text': b'\x80\x02X\xff\xff\xff\xff.',
        'a large memo': b'\x80\x02Nr\xff\xff\xff\xff0.',
        'empty': b'',
    })
    return contents
