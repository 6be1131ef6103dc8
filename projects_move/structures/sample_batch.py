"""Data samples of a batch, stacked field by field."""
from typing import (Any, Callable, Dict, Iterator, List, Optional, Sequence,
                    Union)

import torch
from mmaction.structures import ActionDataSample
from torch import Tensor

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
    """

    def __init__(self, fields: Dict[str, Column],
                 metainfo: Dict[str, Sequence]) -> None:
        self._columns = {**metainfo, **fields}
        self._metainfo_names = set(metainfo)
        self._samples: Dict[int, _SampleView] = {}

    def field(self, name: str) -> Optional[Column]:
        """Field of all samples, or None if no sample has it. If only some
        samples have it, the field is a list with None for the others."""
        column = self._columns.get(name)
        views = self._samples.items()
        if not any(view.is_changed(name) for _, view in views):
            return column
        rows = [None] * len(self) if column is None else [
            self.row(name, i) for i in range(len(self))
        ]
        for i, view in views:
            rows[i] = view.get(name)
        return None if all(row is None for row in rows) else rows

    def set_field(self, name: str, column: Column) -> None:
        """Set a field of all samples."""
        self._columns[name] = column
        for view in self._samples.values():
            view.__dict__.pop(name, None)
            view._data_fields.add(name)

    def row(self, name: str, index: int) -> Any:
        """Stored field of one sample."""
        value = self._columns[name][index]
        is_class = name == 'gt_label' and isinstance(value, int)
        return torch.tensor([value]) if is_class else value

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
        columns = {name: self.field(name) for name in names}
        return _sample_batch(
            {
                name: function(column)
                for name, column in columns.items() if column is not None
            }, metainfo)

    def __reduce__(self) -> tuple:
        # a tensor sent between processes needs a file descriptor, an array
        # does not
        sent = self._map(lambda column: column.numpy()
                         if isinstance(column, Tensor) else column)
        return _from_arrays, (sent._columns, sent._metainfo_names)

    def __len__(self) -> int:
        return len(next(iter(self._columns.values()), ()))

    def __getitem__(self, index: Union[int, List[int]]
                    ) -> Union[ActionDataSample, 'SampleBatch']:
        if isinstance(index, list):
            return self._map(lambda column: take(column, index))
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
        names = set(batch._columns) if batch is not None else set()
        metainfo = names & batch._metainfo_names if names else set()
        self.__dict__.update(
            _batch=batch,
            _row=row,
            _metainfo_fields=metainfo,
            _data_fields=names - metainfo)

    def is_changed(self, name: str) -> bool:
        """Whether a field was set or removed on the sample."""
        return name in self.__dict__ or (name in self) != (
            name in self._batch._columns)

    def __getattr__(self, name: str) -> Any:
        own = self.__dict__
        if name in own['_data_fields'] or name in own['_metainfo_fields']:
            return own['_batch'].row(name, own['_row'])
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


def _sample_batch(columns: Dict[str, Any], metainfo: set) -> SampleBatch:
    return SampleBatch(
        {
            k: column
            for k, column in columns.items() if k not in metainfo
        }, {
            k: column
            for k, column in columns.items() if k in metainfo
        })


def _from_arrays(columns: Dict[str, Any], metainfo: set) -> SampleBatch:
    return _sample_batch(
        {
            name:
            torch.from_numpy(column)
            if not isinstance(column, (Labels, list)) else column
            for name, column in columns.items()
        }, metainfo)


def _plain_sample(metainfo: dict, fields: dict) -> ActionDataSample:
    sample = ActionDataSample(metainfo=metainfo)
    sample.set_data(fields)
    return sample
