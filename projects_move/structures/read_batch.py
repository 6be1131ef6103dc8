"""A batch that was read at once, and its samples."""
from typing import Dict, List, Sequence, Union

from torch import Tensor
from torch.utils.data import get_worker_info

from .batch_memory import Sent
from .batch_samples import BatchSamples


class ReadBatch(Sequence):
    """The samples that a pipeline makes, each ``dict(inputs=...,
    data_samples=...)``, for any collate function; or all in one piece.

    Args:
        inputs: ``(B, T, C)`` of ``BatchMemory``.
        data_samples: Of the B videos.
    """

    def __init__(self, inputs: Tensor, data_samples: BatchSamples) -> None:
        self.inputs = inputs
        self.data_samples = data_samples

    def whole(self) -> Dict:
        """``(B, T, C)`` and the data samples, still stacked."""
        inputs = self.inputs
        if get_worker_info() is not None:
            inputs = Sent(inputs)
        return dict(inputs=inputs, data_samples=self.data_samples)

    def __len__(self) -> int:
        return len(self.inputs)

    def __getitem__(self, index: Union[int, slice]) -> Union[Dict, List[Dict]]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        inputs = self.inputs[index]
        if get_worker_info() is not None:
            inputs = inputs.clone()  # the next batch will lie in its place
        return dict(inputs=inputs, data_samples=self.data_samples[index])
