"""Values of a checkpoint from the tree of its pickle.

Each kind of value has a function that takes plain numbers, texts and bytes,
checks all of them, and builds the value. There is no other way from a name in
a file to a call.
"""
import math
from collections import Counter, OrderedDict
from typing import Any, Callable, Dict

import torch
from torch import Tensor

from . import numpy_values
from .pickle_tree import HISTORY, PLAIN, Call, Global
from .refused import RefusedError
from .storages import Storages, are_counts, is_count

Build = Callable[[Any], Any]  # value of a node
MAX_DEPTH = 60  # of lists in lists, of which MMEngine needs ten
MAX_VALUES = 20_000_000
MAX_AXES = 32


class Values:
    """Builder of the values of one file.

    Args:
        read_storage: Bytes of a storage by its key, uint8 ``(N,)``.
    """

    def __init__(self, read_storage: Callable[[str], Tensor]) -> None:
        self.storages = Storages(read_storage)
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

        def build(inner: Any) -> Any:
            return self.build(inner, depth + 1)

        kind = type(node)
        if kind in PLAIN:
            return node
        if kind in (list, tuple):
            return kind(map(build, node))
        if kind in (dict, OrderedDict):
            value = kind((key, build(item)) for key, item in node.items())
            if kind is OrderedDict and vars(node):
                value._metadata = _module_versions(build(node._metadata))
            return value
        if kind is Call and node.state is not None and \
                node.name not in WITH_STATE:
            raise RefusedError(f'a state of {node.name}')
        if kind is Call and node.name in TENSORS:
            return _tensor(node, self.storages)
        if kind is Call and node.name in BUILDERS:
            return BUILDERS[node.name](node, build)
        raise RefusedError(
            node.name if kind in (Call,
                                  Global) else 'a storage without a tensor')


def _tensor(node: Call, storages: Storages) -> Tensor:
    """``_rebuild_tensor_v2(storage, offset, size, stride, requires_grad,
    hooks, metadata)``; the first four are in every version."""
    storage, offset, size, stride, *others = node.args
    flag, *hooks = others or [False]
    if type(flag) is not bool or len(hooks) > 2 or any(hooks):
        raise RefusedError('a tensor with hooks')
    if not is_count(offset) or not are_counts(size) or \
            not are_counts(stride) or len(size) != len(stride) or \
            len(size) > MAX_AXES:
        raise ValueError('expected whole numbers as size, stride and offset')
    numbers = storages.numbers(storage)
    if 0 in size:
        return numbers.new_empty(size)
    last = offset + sum((n - 1) * step for n, step in zip(size, stride))
    # an expanded tensor could have any size
    if max(last + 1, math.prod(size)) > len(numbers):
        raise ValueError(f'expected a tensor within {len(numbers)} numbers, '
                         f'found size {size}, stride {stride} and offset '
                         f'{offset}')
    return torch.as_strided(numbers, size, stride, offset)


def _parameter(node: Call, build: Build) -> Tensor:
    """``_rebuild_parameter(tensor, requires_grad, hooks)``."""
    tensor, _, hooks = node.args
    if hooks:
        raise RefusedError('a parameter with hooks')
    value = build(tensor)
    if not isinstance(value, Tensor):
        raise ValueError('expected a tensor in a parameter')
    return value


def _content(node: Call, build: Build) -> bytes:
    """``_codecs.encode(text, 'latin1')``, or ``bytes()``."""
    text, encoding = node.args or ('', 'latin1')
    if type(text) is not str or type(encoding) is not str or \
            encoding != 'latin1':
        raise ValueError('expected bytes')
    return text.encode('latin1')


def _counter(node: Call, build: Build) -> Counter:
    """``Counter({key: count})``, the milestones of a schedule."""
    counts, = map(build, node.args)
    if type(counts) is not dict or not all(map(is_count, counts.values())):
        raise ValueError('expected the counts of a Counter')
    return Counter(counts)


def _module_versions(value: Any) -> OrderedDict:
    """Versions of the modules in a state dict, by their names.

    Raises:
        ValueError: For anything else, which a module may take for an order.
    """
    if type(value) is not OrderedDict or not all(
            type(entry) is dict and entry.keys() <= {'version'} and all(
                type(version) is int for version in entry.values())
            for entry in value.values()):
        raise ValueError('expected the versions of modules in _metadata')
    return value


ARRAYS = ('numpy.core.multiarray._reconstruct',
          'numpy._core.multiarray._reconstruct')
WITH_STATE = (HISTORY, *ARRAYS)
TENSORS = ('torch._utils._rebuild_tensor', 'torch._utils._rebuild_tensor_v2')
BUILDERS: Dict[str, Callable[[Call, Build], Any]] = {
    'torch._utils._rebuild_parameter':
    _parameter,
    '_codecs.encode':
    _content,
    'builtins.bytes':
    _content,
    'collections.Counter':
    _counter,
    HISTORY:
    numpy_values.history,
    # under the names of numpy 1 and 2
    **dict.fromkeys(ARRAYS, numpy_values.array),
    'numpy.core.multiarray.scalar':
    numpy_values.scalar,
    'numpy._core.multiarray.scalar':
    numpy_values.scalar,
}
