"""Values of a checkpoint from the tree of its pickle.

Each kind of value has a function that takes plain numbers, texts and bytes,
checks all of them, and builds the value. There is no other way from a name in
a file to a call.
"""
from collections import Counter, OrderedDict
from typing import Any, Callable, Dict, Iterator, List, Tuple

import numpy as np
from mmengine.logging import HistoryBuffer
from torch import Tensor

from . import numpy_values, plain_values, tensors
from .pickle_tree import HISTORY, NAMESPACE, PLAIN, Call, Global
from .refused import RefusedError
from .storages import Storages

Build = Callable[[Any], Any]  # value of a node
MAX_DEPTH = 60  # of lists in lists, of which MMEngine needs ten
MAX_VALUES = 20_000_000  # each counted wherever it stands
# values, and bytes of their copies, for each byte of the pickle: each takes a
# byte or more, and is copied up to four times
MAX_COPIES = 8
OPEN = object()  # a value that is not complete


class Values:
    """Builder of the values of one file.

    A node that the pickle names several times is one value, so that a file
    cannot ask for more values than it has instructions.

    Args:
        read_storage: Bytes of a storage by its key, uint8 ``(N,)``.
        size: Bytes of the pickle.
    """

    def __init__(self, read_storage: Callable[[str], Tensor],
                 size: int) -> None:
        self.storages = Storages(read_storage)
        self.budget = MAX_COPIES * size
        self.depth = self.num_values = 0
        # values of the nodes by their ids, and the numbers of values in them
        self.built: Dict[int, Tuple[Any, int]] = {}
        self.place: List[str] = []  # keys and indices

    def build(self, node: Any) -> Any:
        """Value of a tree.

        Raises:
            RefusedError: For a node that is no data; it names its place.
            ValueError: For numbers that do not fit each other.
        """
        try:
            return self._build(node)
        except RefusedError as error:
            raise RefusedError(error.name, '.'.join(self.place)) from error

    def _build(self, node: Any) -> Any:
        self._spend(1)
        if type(node) in PLAIN:
            value, count = node, 1
        elif id(node) in self.built:
            value, count = self.built[id(node)]
        else:
            return self._build_new(node)
        self.num_values += count
        if value is OPEN or self.num_values > MAX_VALUES:
            raise ValueError(f'expected up to {MAX_VALUES} values, and none '
                             'inside itself')
        return value

    def _build_new(self, node: Any) -> Any:
        if self.depth == MAX_DEPTH:
            raise ValueError(f'expected up to {MAX_DEPTH} levels, found more')
        before = self.num_values
        self.num_values += 1
        self.built[id(node)] = OPEN, 0
        self.depth += 1
        value = self._new(node)
        self.depth -= 1
        self.built[id(node)] = value, self.num_values - before
        return value

    def _new(self, node: Any) -> Any:
        kind = type(node)
        if kind in (list, tuple):
            return kind(value for _, value in self._inner(enumerate(node)))
        if kind in (dict, OrderedDict):
            value = kind(self._inner(node.items()))
            if kind is OrderedDict and vars(node):
                value._metadata = self._module_versions(node._metadata)
            return value
        dtype = plain_values.dtype(node)
        if dtype is not None:
            return dtype
        if kind is not Call:
            raise RefusedError(node.name if kind is
                               Global else 'a storage without a tensor')
        if node.state is not None and node.name not in WITH_STATE:
            raise RefusedError(f'a state of {node.name}')
        if node.name in tensors.NAMES:
            return tensors.tensor(node, self.storages)
        if node.name not in BUILDERS:
            raise RefusedError(tensors.OTHERS.get(node.name, node.name))
        value = BUILDERS[node.name](node, self._build)
        self._spend(_copied(value))
        return value

    def _inner(self, items: Iterator[Tuple[Any, Any]]) -> Iterator[tuple]:
        """Keys and values, with each key as the place of an error."""
        for key, node in items:
            self.place.append(str(key))
            yield key, self._build(node)
            self.place.pop()

    def _module_versions(self, node: Any) -> OrderedDict:
        """Versions of the modules in a state dict, by their names.

        Raises:
            ValueError: For anything else, which a module may take for an
                order.
        """
        value = self._build(node)
        if type(value) is not OrderedDict or not all(
                type(entry) is dict and entry.keys() <= {'version'} and all(
                    type(version) is int for version in entry.values())
                for entry in value.values()):
            raise ValueError('expected the versions of modules in _metadata')
        self._spend(len(value))
        return value

    def _spend(self, count: int) -> None:
        self.budget -= count
        if self.budget < 0:
            raise ValueError('expected values in proportion to the size of '
                             'the pickle, found more')


def _copied(value: Any) -> int:
    """Number of items or bytes that a builder has copied."""
    if isinstance(value, HistoryBuffer):
        return sum(numbers.nbytes for numbers in value.data)
    if isinstance(value, (np.ndarray, np.generic)):
        return value.nbytes
    kinds = (bytes, str, set, frozenset, Counter)
    return len(value) if isinstance(value, kinds) else 0


ARRAYS = ('numpy.core.multiarray._reconstruct',
          'numpy._core.multiarray._reconstruct')
WITH_STATE = (HISTORY, NAMESPACE, *ARRAYS)
BUILDERS: Dict[str, Callable[[Call, Build], Any]] = {
    'torch._utils._rebuild_parameter': tensors.parameter,
    'torch.Size': plain_values.size,
    'torch.device': plain_values.device,
    'builtins.getattr': plain_values.schedule_function,
    '_codecs.encode': plain_values.content,
    'builtins.bytes': plain_values.content,
    'builtins.set': plain_values.set_of,
    'builtins.frozenset': plain_values.set_of,
    'collections.Counter': plain_values.counter,
    'mmengine.config.config.ConfigDict': plain_values.config_dict,
    NAMESPACE: plain_values.namespace,
    **dict.fromkeys(plain_values.PATHS, plain_values.path),
    HISTORY: numpy_values.history,
    # under the names of numpy 1 and 2
    **dict.fromkeys(ARRAYS, numpy_values.array),
    'numpy.core.multiarray.scalar': numpy_values.scalar,
    'numpy._core.multiarray.scalar': numpy_values.scalar,
}  # yapf: disable
