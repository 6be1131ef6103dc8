"""Tensors of a checkpoint: views of its storages."""
import math
from typing import Any, Callable, List, Optional

import torch
from torch import Tensor

from . import plain_values
from .pickle_tree import Call
from .refused import RefusedError
from .storages import MAX_AXES, Storages, are_counts, is_count

Build = Callable[[Any], Any]  # value of a node
# numbers of an expanded tensor beyond those of its storage: it takes no
# memory, but whoever copies it does
MAX_EXPANDED = 2**24
NAMES = ('torch._utils._rebuild_tensor', 'torch._utils._rebuild_tensor_v2',
         'torch._utils._rebuild_tensor_v3')
# which no checkpoint of a training of this package has
OTHERS = {
    'torch._utils._rebuild_qtensor':
    'a quantized tensor',
    'torch._utils._rebuild_sparse_tensor':
    'a sparse tensor',
    'torch._utils._rebuild_sparse_csr_tensor':
    'a sparse tensor',
    'torch._utils._rebuild_nested_tensor':
    'a nested tensor',
    'torch._tensor._rebuild_from_type_v2':
    'a tensor of a class of its own',
    'torch._utils._rebuild_wrapper_subclass':
    'a tensor without a storage',
    'torch._utils._rebuild_meta_tensor_no_storage':
    'a tensor without a '
    'storage',
}


def tensor(node: Call, storages: Storages) -> Tensor:
    """``_rebuild_tensor_v2(storage, offset, size, stride, requires_grad,
    hooks, metadata)``; the first four are in every version. ``_v3`` has the
    dtype after the hooks."""
    storage, offset, size, stride, *others = node.args
    dtype: Optional[torch.dtype] = None
    if node.name == NAMES[2]:
        dtype = plain_values.dtype(others.pop(2))
        if dtype is None:
            raise ValueError('expected the dtype of a tensor')
    _refuse_hooks(others)
    if not is_count(offset) or not are_counts(size) or \
            not are_counts(stride) or len(size) != len(stride):
        raise ValueError(f'expected up to {MAX_AXES} whole numbers as size '
                         'and stride of a tensor, and its offset')
    numbers = storages.numbers(storage, dtype)
    if 0 in size:
        return numbers.new_empty(size)
    last = offset + sum((n - 1) * step for n, step in zip(size, stride))
    if last >= len(numbers):
        raise ValueError(f'expected a tensor within {len(numbers)} numbers, '
                         f'found size {size}, stride {stride} and offset '
                         f'{offset}')
    if math.prod(size) > max(len(numbers), MAX_EXPANDED):
        raise RefusedError(f'a tensor expanded to the size {size}')
    return torch.as_strided(numbers, size, stride, offset)


def _refuse_hooks(others: List[Any]) -> None:
    flag, *hooks = others or [False]
    if type(flag) is not bool or len(hooks) > 2 or any(hooks):
        raise RefusedError('a tensor with hooks')


def parameter(node: Call, build: Build) -> Tensor:
    """``_rebuild_parameter(tensor, requires_grad, hooks)``."""
    inner, _, hooks = node.args
    if hooks:
        raise RefusedError('a parameter with hooks')
    value = build(inner)
    if not isinstance(value, Tensor):
        raise ValueError('expected a tensor in a parameter')
    return value
