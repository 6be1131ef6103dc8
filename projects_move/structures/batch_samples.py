"""The data samples of a batch, stacked until someone asks for one."""
from typing import Dict, Iterator, List, Optional, Sequence

import numpy as np
import torch
from mmaction.structures import ActionDataSample
from torch import Tensor


class BatchSamples:
    """Labels and masks of B videos as a few tensors.

    Behaves as the list of ``ActionDataSample`` that any component expects;
    they are made when they are asked for, and from then on hold the truth.

    Args:
        labels: Classes of the videos, one after the other, int64 ``(L,)``.
        owners: The video of each label, int64 ``(L,)``, ascending.
        names: Of the videos.
        indices: Of the videos in their data set.
        multi_class: Whether a video may have several labels.
        num_classes: S.
        fields: Of the samples, stacked to ``(B, ...)``.
    """

    def __init__(self,
                 labels: Tensor,
                 owners: Tensor,
                 names: Sequence[str],
                 indices: Sequence[int],
                 multi_class: bool,
                 num_classes: int,
                 fields: Optional[Dict[str, Tensor]] = None) -> None:
        self.labels = labels
        self.owners = owners
        self.names = names
        self.indices = indices
        self.multi_class = multi_class
        self.num_classes = num_classes
        self.fields = fields or {}
        self._samples: Optional[List[ActionDataSample]] = None

    @property
    def is_stacked(self) -> bool:
        """Whether nobody may have changed a sample yet."""
        return self._samples is None

    def target(self, like: Tensor) -> Tensor:
        """Multi-hot labels ``(B, S)`` of the type and device of a tensor."""
        target = like.new_zeros(len(self), self.num_classes)
        index = torch.stack([self.owners, self.labels])
        owners, labels = index.to(like.device, non_blocking=True)
        target[owners, labels] = 1
        return target

    def pin_memory(self) -> 'BatchSamples':
        """What a data loader calls to speed copies to a GPU up."""
        self.labels, self.owners = (
            each.pin_memory() for each in (self.labels, self.owners))
        self.fields = {
            name: field.pin_memory()
            for name, field in self.fields.items()
        }
        return self

    def __getstate__(self) -> dict:
        """On the way from a worker each tensor would be a file of its own,
        whose passing on takes longer than these few numbers."""
        arrays = {name: field.numpy() for name, field in self.fields.items()}
        return dict(
            self.__dict__,
            labels=self.labels.numpy(),
            owners=self.owners.numpy(),
            fields=arrays)

    def __setstate__(self, state: dict) -> None:
        self.__dict__.update(state)
        self.labels, self.owners = (
            torch.from_numpy(each) for each in (self.labels, self.owners))
        self.fields = {
            name: torch.from_numpy(field)
            for name, field in self.fields.items()
        }

    def __len__(self) -> int:
        return len(self.names)

    def __iter__(self) -> Iterator[ActionDataSample]:
        return iter(self._all())

    def __getitem__(self, index: int) -> ActionDataSample:
        return self._all()[index]

    def _all(self) -> List[ActionDataSample]:
        if self._samples is None:
            ends = torch.bincount(self.owners, minlength=len(self)).cumsum(0)
            labels = np.split(self.labels.numpy(), ends[:-1].tolist())
            classes = self.num_classes if self.multi_class else None
            self._samples = [
                make_sample(self.names[i], self.indices[i], label, classes, {
                    name: field[i]
                    for name, field in self.fields.items()
                }) for i, label in enumerate(labels)
            ]
        return self._samples


def make_sample(name: str, index: int, labels: np.ndarray,
                num_classes: Optional[int],
                fields: Dict[str, Tensor]) -> ActionDataSample:
    """The data sample of one video.

    Args:
        name: Of the video.
        index: In its data set.
        labels: Its classes, int64 ``(n,)``.
        num_classes: S, where a video may have several labels, which are then
            multi-hot.
        fields: What else the sample holds.
    """
    sample = ActionDataSample()
    sample.set_field(name, 'video_id', field_type='metainfo')
    sample.set_field(index, 'sample_idx', field_type='metainfo')
    if num_classes is None:
        target = labels.copy()
    else:
        target = np.zeros(num_classes, np.float32)
        target[labels] = 1
    sample.set_field(torch.from_numpy(target), 'gt_label')
    for key, field in fields.items():
        sample.set_field(field, key)
    return sample
