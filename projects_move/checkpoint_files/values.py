"""Values of a checkpoint from the tree of its pickle.

Each kind of value has a function that takes plain numbers, texts and bytes,
checks all of them, and builds the value. There is no other way from a name in
a file to a call.
"""
from collections import Counter, OrderedDict
from typing import Any, Callable, Dict, Tuple

import numpy as np
import torch
from mmengine.logging import HistoryBuffer
from torch import Tensor

from .pickle_tree import PLAIN, Call, Global, Storage
from .refused import RefusedError

MAX_DEPTH = 60  # of lists in lists, of which MMEngine needs ten
MAX_VALUES = 20_000_000
MAX_AXES = 32
DTYPES = {
    code: np.dtype(code)
    for code in ('b1', 'i1', 'i2', 'i4', 'i8', 'u1', 'u2', 'u4', 'u8', 'f2',
                 'f4', 'f8')
}
STORAGES = {
    'BoolStorage': torch.bool,
    'ByteStorage': torch.uint8,
    'CharStorage': torch.int8,
    'ShortStorage': torch.int16,
    'IntStorage': torch.int32,
    'LongStorage': torch.int64,
    'HalfStorage': torch.float16,
    'BFloat16Storage': torch.bfloat16,
    'FloatStorage': torch.float32,
    'DoubleStorage': torch.float64,
    'ComplexFloatStorage': torch.complex64,
    'ComplexDoubleStorage': torch.complex128,
}


class Values:
    """Builder of the values of one file.

    Args:
        read_storage: Bytes of a storage by its key, uint8 ``(N,)``.
    """

    def __init__(self, read_storage: Callable[[str], Tensor]) -> None:
        self.read_storage = read_storage
        self.storages: Dict[str, Tensor] = {}
        self.num_values = 0

    def build(self, node: Any, depth: int = 0) -> Any:
        """Value of a node of a tree.

        Raises:
            RefusedError: For a node that is no data.
            ValueError: For numbers that do not fit each other.
        """
        self.num_values += 1
        if depth > MAX_DEPTH or self.num_values > MAX_VALUES:
            raise ValueError(f'expected up to {MAX_DEPTH} levels and '
                             f'{MAX_VALUES} values, found more')
        kind = type(node)
        if kind in PLAIN:
            return node
        if kind in (list, tuple):
            return kind(self.build(item, depth + 1) for item in node)
        if kind in (dict, OrderedDict):
            value = kind((key, self.build(item, depth + 1))
                         for key, item in node.items())
            if vars(node) if kind is OrderedDict else None:
                value._metadata = self._metadata(node._metadata, depth)
            return value
        if kind is Call and node.name in BUILDERS:
            return BUILDERS[node.name](self, node, depth + 1)
        raise RefusedError(
            node.name if kind in (Call,
                                  Global) else 'a storage without a tensor')

    def _metadata(self, node: Any, depth: int) -> OrderedDict:
        """Versions of the modules in a state dict, by their names."""
        value = self.build(node, depth + 1)
        if not isinstance(value, dict) or not all(
                type(entry) is dict and entry.keys() <= {'version'} and all(
                    type(version) is int for version in entry.values())
                for entry in value.values()):
            raise ValueError('expected the versions of modules in _metadata')
        return value

    def storage(self, node: Any) -> Tensor:
        """Numbers of a storage, ``(N,)``."""
        if type(node) is not Storage:
            raise ValueError('expected a storage')
        key, dtype, count = storage_fields(node)
        if key not in self.storages:
            self.storages[key] = self.read_storage(key)
        content = self.storages[key]
        if len(content) != count * dtype.itemsize:
            raise ValueError(f'expected {count} numbers of {dtype} in the '
                             f'storage {key}, found {len(content)} bytes')
        # a bool of another byte than 0 and 1 is undefined
        return content != 0 if dtype == torch.bool else content.view(dtype)

    def tensor(self, node: Call, depth: int) -> Tensor:
        """``_rebuild_tensor_v2(storage, offset, size, stride, requires_grad,
        hooks, metadata)``; the first four are in every version."""
        storage, offset, size, stride, *others = node.args
        flags = others[:1] in ([], [True], [False])
        if not flags or len(others) > 3 or any(others[1:]):
            raise RefusedError('a tensor with hooks')
        numbers = self.storage(storage)
        for name, found in (('size', size), ('stride', stride)):
            if type(found) is not tuple or not all(map(_is_count, found)):
                raise ValueError(f'expected a {name} of whole numbers')
        if not _is_count(offset) or len(size) != len(stride) or \
                len(size) > MAX_AXES:
            raise ValueError('expected one size and stride for each axis')
        last = offset + sum((n - 1) * step for n, step in zip(size, stride))
        if (0 if 0 in size else last + 1) > len(numbers):
            raise ValueError(f'expected a tensor within its {len(numbers)} '
                             f'numbers, found size {size}, stride {stride}, '
                             f'offset {offset}')
        return torch.as_strided(numbers, size, stride,
                                0 if 0 in size else offset)

    def parameter(self, node: Call, depth: int) -> Tensor:
        """``_rebuild_parameter(tensor, requires_grad, hooks)``."""
        if len(node.args) != 3 or node.args[2]:
            raise RefusedError('a parameter with hooks')
        value = self.build(node.args[0], depth)
        if not isinstance(value, Tensor):
            raise ValueError('expected a tensor in a parameter')
        return value

    def content(self, node: Call, depth: int) -> bytes:
        """``_codecs.encode(text, 'latin1')`` or ``bytes()``."""
        if node.name == 'builtins.bytes' and not node.args:
            return b''
        text, encoding = node.args
        if type(text) is not str or encoding != 'latin1':
            raise ValueError('expected bytes')
        return text.encode('latin1')

    def counter(self, node: Call, depth: int) -> Counter:
        """``Counter({key: count})``, the milestones of a schedule."""
        counts, = (self.build(arg, depth) for arg in node.args)
        if type(counts) is not dict or not all(
                map(_is_count, counts.values())):
            raise ValueError('expected the counts of a Counter')
        return Counter(counts)

    def array(self, node: Call, depth: int) -> np.ndarray:
        """``_reconstruct(ndarray, (0,), b'b')`` with the state ``(1, shape,
        dtype, fortran_order, bytes)``."""
        kind = node.args[0] if node.args else None
        if type(kind) is not Global or kind.name != 'numpy.ndarray' or \
                type(node.state) is not tuple:
            raise RefusedError(f'{node.name} of another class')
        _, shape, dtype, fortran, content = node.state
        if type(shape) is not tuple or len(shape) > MAX_AXES or \
                not all(map(_is_count, shape)):
            raise ValueError('expected a shape of whole numbers')
        numbers = self._numbers(dtype, content, depth)
        if np.prod(shape, dtype=object) != len(numbers):
            raise ValueError(f'expected an array of the shape {shape}, found '
                             f'{len(numbers)} numbers')
        return numbers.reshape(shape, order='F' if fortran else 'C')

    def scalar(self, node: Call, depth: int) -> np.generic:
        """``scalar(dtype, bytes)``."""
        dtype, content = node.args
        number, = self._numbers(dtype, content, depth)
        return number

    def _numbers(self, dtype: Any, content: Any, depth: int) -> np.ndarray:
        """Numbers of a type in bytes, ``(N,)``."""
        content = self.build(content, depth)
        if type(content) is not bytes:
            raise ValueError('expected the bytes of an array')
        return np.frombuffer(bytearray(content), _dtype(dtype))

    def history(self, node: Call, depth: int) -> HistoryBuffer:
        """``HistoryBuffer`` of MMEngine; its functions are those of the
        class, whatever the file says."""
        if node.args or type(node.state) is not dict:
            raise ValueError('expected the state of a HistoryBuffer')
        logs, counts, size = (
            self.build(node.state.get(key), depth)
            for key in ('_log_history', '_count_history', 'max_length'))
        for found in (logs, counts):
            if not isinstance(found, np.ndarray) or found.ndim != 1:
                raise ValueError('expected a history of numbers')
        if not _is_count(size) or not len(logs) == len(counts) <= size:
            raise ValueError('expected histories of one length')
        return HistoryBuffer(logs, counts, size)


def storage_fields(node: Storage) -> Tuple[str, torch.dtype, int]:
    """Key, dtype and number of elements of a storage.

    Raises:
        RefusedError: For a storage that is none of torch.
        ValueError: For fields of other types.
    """
    if len(node.fields) not in (5, 6) or node.fields[0] != 'storage' or \
            node.fields[5:] not in ((), (None, )):
        raise ValueError('expected a storage')
    _, kind, key, _, count = node.fields[:5]
    if type(kind) is not Global or type(key) is not str or \
            not _is_count(count):
        raise ValueError('expected a storage')
    module, _, name = kind.name.rpartition('.')
    if module not in ('torch', 'torch.cuda') or name not in STORAGES:
        raise RefusedError(kind.name)
    return key, STORAGES[name], count


def _dtype(node: Any) -> np.dtype:
    """``numpy.dtype(code, False, True)`` with the state ``(3, byte order,
    None, None, None, -1, -1, 0)``: a number in the order of this machine."""
    if type(node) is not Call or node.name != 'numpy.dtype' or \
            type(node.state) is not tuple:
        raise ValueError('expected a type of numbers')
    code, *_ = node.args
    _, order, *fields = node.state
    if type(code) is not str or code not in DTYPES or \
            order not in ('<', '|') or any(fields[:3]):
        raise ValueError('expected a type of numbers')
    return DTYPES[code]


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value < 2**48


BUILDERS: Dict[str, Callable[[Values, Call, int], Any]] = {
    'torch._utils._rebuild_tensor': Values.tensor,
    'torch._utils._rebuild_tensor_v2': Values.tensor,
    'torch._utils._rebuild_parameter': Values.parameter,
    '_codecs.encode': Values.content,
    'builtins.bytes': Values.content,
    'collections.Counter': Values.counter,
    'mmengine.logging.history_buffer.HistoryBuffer': Values.history,
    # under the names of numpy 1 and 2
    'numpy.core.multiarray._reconstruct': Values.array,
    'numpy._core.multiarray._reconstruct': Values.array,
    'numpy.core.multiarray.scalar': Values.scalar,
    'numpy._core.multiarray.scalar': Values.scalar,
}
