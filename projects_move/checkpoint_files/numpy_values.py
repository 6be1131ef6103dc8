"""Arrays and numbers of numpy, and histories of them, in a checkpoint.

Numpy's own functions for this take any state and any type, also of objects,
whose bytes are then taken for addresses. These take numbers only.
"""
from typing import Any, Callable

import numpy as np
from mmengine.logging import HistoryBuffer

from .pickle_tree import HISTORY, Call, Global
from .refused import RefusedError
from .storages import are_counts, is_count

Build = Callable[[Any], Any]  # value of a node
FIELDS = ('_log_history', '_count_history', 'max_length')
METHODS = ('min', 'max', 'current', 'mean')
NO_FIELDS = [None, None, None, -1, -1, 0]
DTYPES = {
    code: np.dtype(code)
    for code in ('b1', 'i1', 'i2', 'i4', 'i8', 'u1', 'u2', 'u4', 'u8', 'f2',
                 'f4', 'f8')
}


def array(node: Call, build: Build) -> np.ndarray:
    """``_reconstruct(ndarray, (0,), b'b')`` with the state ``(1, shape, dtype,
    fortran_order, bytes)``."""
    kind, *rest = node.args
    if type(kind) is not Global or kind.name != 'numpy.ndarray' or \
            list(map(build, rest)) not in ([(0, ), b'b'], [(0, ), 'b']):
        raise RefusedError(f'{node.name} of another class')
    version, shape, dtype, fortran_order, content = _state(node)
    if not are_counts(shape) or type(fortran_order) is not bool or \
            version != 1:
        raise ValueError('expected a shape of whole numbers')
    numbers = _numbers(dtype, build(content))
    if np.prod(shape, dtype=object) != len(numbers):
        raise ValueError(f'expected an array of the shape {shape}, found '
                         f'{len(numbers)} numbers')
    return numbers.reshape(shape, order='F' if fortran_order else 'C')


def scalar(node: Call, build: Build) -> np.generic:
    """``scalar(dtype, bytes)``."""
    dtype, content = node.args
    number, = _numbers(dtype, build(content))
    return number


def history(node: Call, build: Build) -> HistoryBuffer:
    """``HistoryBuffer`` of MMEngine; its functions are those of the class,
    whatever the file says."""
    if node.args or type(node.state) is not dict or \
            node.state.keys() - {'statistics_methods'} != set(FIELDS):
        raise ValueError('expected the state of a HistoryBuffer')
    methods = node.state.get('statistics_methods', {})
    if type(methods) is not dict or not all(map(_is_method, methods.values())):
        raise RefusedError('functions of a HistoryBuffer')
    logs, counts, size = (build(node.state[key]) for key in FIELDS)
    for found in (logs, counts):
        if not isinstance(found, np.ndarray) or found.ndim != 1:
            raise ValueError('expected a history of numbers')
    if not is_count(size) or not len(logs) == len(counts) <= size:
        raise ValueError('expected histories of one length')
    return HistoryBuffer(logs, counts, size)


def _is_method(node: Any) -> bool:
    """Whether a node is ``getattr(HistoryBuffer, name)``."""
    if type(node) is not Call or node.name != 'builtins.getattr' or \
            len(node.args) != 2 or node.state is not None:
        return False
    owner, name = node.args
    return type(owner) is Global and owner.name == HISTORY and name in METHODS


def _numbers(dtype: Any, content: Any) -> np.ndarray:
    """Numbers of a type in bytes, ``(N,)``.

    The type is ``numpy.dtype(code, False, True)`` with the state ``(3, byte
    order, *NO_FIELDS)``.
    """
    if type(dtype) is not Call or dtype.name != 'numpy.dtype':
        raise ValueError('expected a type of numbers')
    code, *flags = dtype.args
    version, order, *fields = _state(dtype)
    if type(code) is not str or code not in DTYPES or \
            flags != [False, True] or version != 3 or \
            order not in ('<', '|') or fields != NO_FIELDS:
        raise RefusedError('an array of other values than numbers')
    if type(content) is not bytes:
        raise ValueError('expected the bytes of an array')
    numbers = np.frombuffer(bytearray(content), DTYPES[code])
    # a bool of another byte than 0 and 1 is undefined
    return numbers.view('u1') != 0 if code == 'b1' else numbers


def _state(node: Call) -> tuple:
    if type(node.state) is not tuple:
        raise ValueError(f'expected the state of {node.name}')
    return node.state
