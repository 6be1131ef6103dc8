"""Data samples of a batch, stacked field by field."""
from typing import (Any, Callable, Dict, Iterator, List, NamedTuple, Optional,
                    Sequence, Tuple, Union)

import numpy as np
import torch
from mmaction.structures import ActionDataSample
from torch import Tensor

from .absent import ABSENT
from .labels import Labels

Column = Union[Tensor, Labels, list]


class SampleBatch:
    """Data samples of B videos; ``batch[i]`` is an ``ActionDataSample``.

    The fields are stored stacked, and a sample is a view of its row. A field
    that is set on a sample is therefore set in the batch.

    The class is no ``Sequence``, because a data loader converts sequences.

    Args:
        fields: Fields by name, each with B entries: a tensor ``(B, ...)``,
            labels, or a list.
        metainfo: Meta information by name, each a list of B entries.
        size: B; needed where there is neither field nor meta information.
    """

    def __init__(self,
                 fields: Dict[str, Column],
                 metainfo: Dict[str, Sequence],
                 size: Optional[int] = None) -> None:
        self._columns = {**metainfo, **fields}
        if size is None:
            size = len(next(iter(self._columns.values()), ()))
        self._size = size
        self._metainfo_names = set(metainfo)
        self._samples: Dict[int, _SampleView] = {}

    def field(self, name: str) -> Optional[Column]:
        """Field of all samples, or None if no sample has it. If only some
        samples have it, the field is a list with None for the others."""
        column = self._column(name)
        if not isinstance(column, list) or not any(row is ABSENT
                                                   for row in column):
            return column
        return [None if row is ABSENT else row for row in column]

    def _column(self, name: str) -> Optional[Column]:
        """Field of all samples, with ``ABSENT`` for those that lack it."""
        column = self._columns.get(name)
        if isinstance(column, Labels):
            column = column.current()
        views = self._samples.items()
        if not any(view.is_changed(name) for _, view in views):
            return column
        rows = [
            _row(self._columns, name, i) if column is not None else ABSENT
            for i in range(len(self))
        ]
        for i, view in views:
            rows[i] = view.get(name, ABSENT)
        return None if all(row is ABSENT for row in rows) else rows

    def set_field(self, name: str, column: Column) -> None:
        """Set a field of all samples."""
        self._columns[name] = column
        for view in self._samples.values():
            view.__dict__.pop(name, None)
            view._data_fields.add(name)

    def pin_memory(self) -> 'SampleBatch':
        """Copy in pinned memory."""
        return self._map(lambda column: column.pin_memory()
                         if hasattr(column, 'pin_memory') else column)

    def _map(self, function: Callable[[Column], Any]) -> 'SampleBatch':
        """Batch of a function of every column, including fields that were set
        on single samples."""
        metainfo, names = set(self._metainfo_names), dict.fromkeys(
            self._columns)
        for view in self._samples.values():
            metainfo |= view._metainfo_fields
            names.update(dict.fromkeys(view.all_keys()))
        columns = {name: self._column(name) for name in names}
        made = {
            name: function(column)
            for name, column in columns.items() if column is not None
        }
        return _sample_batch(made, metainfo, self._size)

    def __reduce__(self) -> tuple:
        # a tensor sent between processes needs a file descriptor, an array
        # does not
        sent = self._map(_as_array)
        return _from_arrays, (sent._columns, sent._metainfo_names, self._size)

    def __len__(self) -> int:
        return self._size

    def __getitem__(
        self, index: Union[int, slice, List[int]]
    ) -> Union[ActionDataSample, 'SampleBatch']:
        if isinstance(index, slice):
            index = list(range(*index.indices(len(self))))
        if isinstance(index, list):
            taken = self._map(lambda column: take(column, index))
            taken._size = len(index)
            return taken
        if not -len(self) <= index < len(self):
            raise IndexError(f'sample {index} of {len(self)}')
        index %= len(self)
        if index not in self._samples:
            self._samples[index] = _SampleView(self, index)
        return self._samples[index]

    def __iter__(self) -> Iterator[ActionDataSample]:
        return (self[i] for i in range(len(self)))


class _SampleView(ActionDataSample):
    """Sample of a batch: its own fields, then those of its row."""

    def __init__(self,
                 batch: Optional[SampleBatch] = None,
                 row: int = 0) -> None:
        # without a reference to the batch, which refers to its samples
        columns = {} if batch is None else batch._columns
        names = {name for name in columns if _has(columns, name, row)}
        metainfo = names & batch._metainfo_names if names else set()
        self.__dict__.update(
            _columns=columns,
            _row=row,
            _metainfo_fields=metainfo,
            _data_fields=names - metainfo)

    def is_changed(self, name: str) -> bool:
        """Whether a field was set or removed on the sample."""
        columns = self.__dict__['_columns']
        is_stored = _has(columns, name, self.__dict__['_row'])
        return name in self.__dict__ or (name in self) != is_stored

    def __getattr__(self, name: str) -> Any:
        own = self.__dict__
        if name in own['_data_fields'] or name in own['_metainfo_fields']:
            return _row(own['_columns'], name, own['_row'])
        raise AttributeError(f'the data sample has no field {name!r}')

    def pop(self, name: str, *default) -> Any:
        if name in self:
            self.__dict__.setdefault(name, getattr(self, name))
        return super().pop(name, *default)

    def __delattr__(self, name: str) -> None:
        self.__dict__.setdefault(name, getattr(self, name))
        super().__delattr__(name)

    __delitem__ = __delattr__

    def __reduce__(self) -> tuple:
        return _plain_sample, (dict(self.metainfo_items()), dict(self.items()))


def field_of(samples: Optional[Sequence], name: str) -> Optional[Column]:
    """Field of all samples, see :meth:`SampleBatch.field`.

    Args:
        samples: A ``SampleBatch``, a list of data samples, or None.
        name: Name of the field.
    """
    if isinstance(samples, SampleBatch):
        return samples.field(name)
    rows = [sample.get(name) for sample in samples or ()]
    return None if all(row is None for row in rows) else rows


def set_field_of(samples: Sequence, name: str, column: Column) -> None:
    """Set a field of all samples to the entries of a column."""
    if isinstance(samples, SampleBatch):
        return samples.set_field(name, column)
    for sample, value in zip(samples, column):
        sample.set_field(value, name)


def take(column: Sequence, indices: List[int]) -> Sequence:
    """Entries of a column at the indices."""
    if isinstance(column, (list, tuple)):
        return [column[i] for i in indices]
    return column[indices]


def _has(columns: Dict[str, Column], name: str, index: int) -> bool:
    """Whether a field is stored for a sample."""
    column = columns.get(name)
    absent = isinstance(column, list) and column[index] is ABSENT
    return column is not None and not absent


def _row(columns: Dict[str, Column], name: str, index: int) -> Any:
    """Stored field of one sample."""
    column = columns[name]
    return column.tensor(index) if isinstance(column, Labels) \
        else column[index]


def _sample_batch(columns: Dict[str, Any], metainfo: set,
                  size: int) -> SampleBatch:
    parts: Tuple[dict, dict] = {}, {}
    for name, column in columns.items():
        parts[name in metainfo][name] = column
    return SampleBatch(*parts, size)


class _SentArray(NamedTuple):
    """Tensor that is sent as an array."""
    array: np.ndarray


def _as_array(column: Column) -> Any:
    try:
        is_plain = isinstance(column, Tensor) and not column.requires_grad
        return _SentArray(column.numpy()) if is_plain else column
    except TypeError:  # numpy has no bfloat16
        return column


def _from_arrays(columns: Dict[str, Any], metainfo: set,
                 size: int) -> SampleBatch:
    tensors = {
        name:
        torch.from_numpy(column.array)
        if isinstance(column, _SentArray) else column
        for name, column in columns.items()
    }
    return _sample_batch(tensors, metainfo, size)


def _plain_sample(metainfo: dict, fields: dict) -> ActionDataSample:
    sample = ActionDataSample(metainfo=metainfo)
    sample.set_data(fields)
    return sample
