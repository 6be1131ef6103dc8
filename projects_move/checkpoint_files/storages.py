"""Storages of tensors, to which the pickle of a checkpoint refers."""
import re
from typing import Any, Callable, Dict, Optional, Tuple

import torch
from torch import Tensor

from .pickle_tree import Global, Storage
from .refused import RefusedError

DTYPES = {
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
UNTYPED = 'torch.storage.UntypedStorage'  # of later dtypes, such as float8
MAX_AXES = 32
# a storage is read to the CPU from all of them
DEVICE = re.compile(r'(cpu|cuda|mps|xpu|hpu|npu)(:\d+)?')


class Storages:
    """Storages of a file, each read once, and shared by its tensors.

    Args:
        read: Bytes of a storage by its key, uint8 ``(N,)``.
    """

    def __init__(self, read: Callable[[str], Tensor]) -> None:
        self.read = read
        self.contents: Dict[str, Tensor] = {}
        self.bools: Dict[str, Tensor] = {}

    def numbers(self, node: Any, dtype: Optional[torch.dtype]) -> Tensor:
        """All numbers of a storage, ``(N,)``.

        Args:
            node: Reference to the storage.
            dtype: dtype of an untyped storage; None for any other.

        Raises:
            RefusedError, ValueError: See :func:`storage_fields`.
            ValueError: For a storage of another size or dtype.
        """
        key, found, count = storage_fields(node)
        if (found is None) != (dtype is not None):
            raise ValueError('expected a dtype for an untyped storage only')
        itemsize = 1 if found is None else found.itemsize
        if key not in self.contents:
            self.contents[key] = self.read(key)
        content = self.contents[key]
        if len(content) != count * itemsize:
            raise ValueError(
                f'expected {count} numbers of {found or dtype} in the '
                f'storage {key}, found {len(content)} bytes')
        dtype = dtype or found
        if len(content) % dtype.itemsize:
            raise ValueError(f'expected a storage of {dtype}, found '
                             f'{len(content)} bytes')
        if dtype != torch.bool:
            return content.view(dtype)
        # a bool of another byte than 0 and 1 is undefined
        if key not in self.bools:
            self.bools[key] = content != 0
        return self.bools[key]


def storage_fields(node: Any) -> Tuple[str, Optional[torch.dtype], int]:
    """Key, dtype and number of elements of a storage; of bytes, with None as
    dtype, of an untyped one.

    The fields of a reference are ``('storage', class, key, device, count)``;
    old files have a view, which is None, as well.

    Raises:
        RefusedError: For a storage that is none of torch.
        ValueError: For another node, and for fields of other types.
    """
    fields = node.fields if type(node) is Storage else ()
    if len(fields) == 6 and fields[5] is None:
        fields = fields[:5]
    if len(fields) != 5:
        raise ValueError('expected a storage')
    word, kind, key, device, count = fields
    if word != 'storage' or type(kind) is not Global or \
            type(key) is not str or not is_count(count) or \
            type(device) is not str or not DEVICE.fullmatch(device):
        raise ValueError('expected a storage')
    if kind.name == UNTYPED:
        return key, None, count
    module, _, name = kind.name.rpartition('.')
    if module not in ('torch', 'torch.cuda') or name not in DTYPES:
        raise RefusedError(kind.name)
    return key, DTYPES[name], count


def is_count(value: Any) -> bool:
    """Whether a value is a number of elements.

    Example:
        >>> is_count(3), is_count(-1), is_count(True), is_count(2.)
        (True, False, False, False)
    """
    return type(value) is int and 0 <= value < 2**48


def are_counts(values: Any) -> bool:
    """Whether a value is a tuple of up to 32 numbers of elements."""
    return type(values) is tuple and len(values) <= MAX_AXES and all(
        map(is_count, values))
