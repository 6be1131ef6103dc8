"""Results dictionaries of a batch of videos, as a pipeline handles them."""
from typing import (Any, Callable, Dict, Iterator, List, Optional, Sequence,
                    Union)

from .absent import ABSENT
from .sample_batch import take


class VideoBatch:
    """Results of B videos, one column for each key.

    ``batch[i]`` is the results dictionary of video i, the input of a
    transform. A slice or a list of indices gives a batch.

    Args:
        columns: Columns by key, each with B entries: an array ``(B, ...)``, a
            list, or another sequence, which may read its entries on access.
    """

    def __init__(self, columns: Dict[str, Sequence]) -> None:
        self.columns = columns

    @classmethod
    def of_rows(cls, rows: Sequence[dict]) -> 'VideoBatch':
        """Batch of the results of some videos."""
        keys = dict.fromkeys(key for row in rows for key in row)
        return cls(
            {key: [row.get(key, ABSENT) for row in rows]
             for key in keys})

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def __getitem__(self,
                    index: Union[int, slice,
                                 List[int]]) -> Union[dict, 'VideoBatch']:
        if isinstance(index, slice):
            index = list(range(*index.indices(len(self))))
        if isinstance(index, list):
            return VideoBatch({
                key: take(column, index)
                for key, column in self.columns.items()
            })
        if not -len(self) <= index < len(self):
            raise IndexError(f'video {index} of {len(self)}')
        row = {key: column[index] for key, column in self.columns.items()}
        return {k: value for k, value in row.items() if value is not ABSENT}

    def __iter__(self) -> Iterator[dict]:
        return (self[i] for i in range(len(self)))

    def map(self, function: Callable[[dict], Optional[dict]]) -> 'VideoBatch':
        """Apply a function to the results of each video.

        A column is copied only if the function changes one of its entries. A
        video for which the function returns None is left out.
        """
        changed: Dict[str, Dict[int, Any]] = {}
        kept = []
        for i in range(len(self)):
            before = self[i]
            after = function(dict(before))
            if after is None:
                continue
            kept.append(i)
            for key in {**before, **after}:
                value = after.get(key, ABSENT)
                if value is not before.get(key, ABSENT):
                    changed.setdefault(key, {})[i] = value
        batch = self if len(kept) == len(self) else self[kept]
        columns = dict(batch.columns)
        for key, values in changed.items():
            old = self.columns.get(key)
            column = [
                values[i] if i in values else ABSENT if old is None else old[i]
                for i in kept
            ]
            columns[key] = column
            if all(value is ABSENT for value in column):
                del columns[key]
        return VideoBatch(columns)
