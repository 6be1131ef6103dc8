"""Class labels of the videos of a batch."""
from typing import Dict, Iterator, List, Union

import torch
from torch import Tensor


class Labels:
    """Labels of B videos as class indices.

    ``labels[i]`` is the label of video i as in a data info of MMAction2: an
    integer, or multi-hot values ``(S,)`` with ``multi_class``.

    Args:
        classes: Class of each label, concatenated over the videos, int64
            ``(L,)``.
        videos: Video of each label, from 0, ascending, int64 ``(L,)``.
        num_videos: Number of videos, B.
        num_classes: Number of classes, S.
        multi_class: Whether a video may have several labels.
    """

    def __init__(self, classes: Tensor, videos: Tensor, num_videos: int,
                 num_classes: int, multi_class: bool) -> None:
        self.classes = classes
        self.videos = videos
        self.num_videos = num_videos
        self.num_classes = num_classes
        self.multi_class = multi_class
        self._rows: Dict[int, Tensor] = {}

    def __len__(self) -> int:
        return self.num_videos

    def __getitem__(self,
                    index: Union[int,
                                 List[int]]) -> Union[int, Tensor, 'Labels']:
        if isinstance(index, list):
            return self._take(index)
        if not -len(self) <= index < len(self):
            raise IndexError(f'label of video {index} of {len(self)}')
        label = self.tensor(index % len(self))
        return label if self.multi_class else int(label)

    def tensor(self, index: int) -> Tensor:
        """Label of a video as in a data sample: class index ``(1,)``, or
        multi-hot values ``(S,)``; the same tensor in each call."""
        if index not in self._rows:
            self._rows[index] = self._make(index)
        return self._rows[index]

    def _make(self, index: int) -> Tensor:
        classes = self.classes[self.videos == index]
        if not self.multi_class:
            return classes
        return torch.zeros(self.num_classes).index_fill_(0, classes, 1.)

    @property
    def is_changed(self) -> bool:
        """Whether a label was changed in place."""
        return any(not torch.equal(label, self._make(index))
                   for index, label in self._rows.items())

    def current(self) -> Union['Labels', List[Tensor]]:
        """These labels, or, if one was changed in place, their tensors."""
        if not self.is_changed:
            return self
        return [self.tensor(index) for index in range(len(self))]

    def __iter__(self) -> Iterator[Union[int, Tensor]]:
        return (self[i] for i in range(len(self)))

    def _take(self, indices: List[int]) -> Union['Labels', List[Tensor]]:
        if self.is_changed:
            return [self.tensor(index) for index in indices]
        rows = [self.classes[self.videos == i] for i in indices]
        counts = torch.tensor([len(row) for row in rows], dtype=torch.int64)
        return Labels(
            torch.cat([*rows, self.classes[:0]]),
            torch.repeat_interleave(counts), len(indices), self.num_classes,
            self.multi_class)

    def multi_hot(self, like: Tensor) -> Tensor:
        """Multi-hot labels ``(B, S)`` with the type and device of a tensor."""
        target = like.new_zeros(len(self), self.num_classes)
        index = torch.stack([self.videos, self.classes])
        videos, classes = index.to(like.device, non_blocking=True)
        target[videos, classes] = 1
        return target

    def pin_memory(self) -> 'Labels':
        """Copy in pinned memory."""
        return Labels(self.classes.pin_memory(), self.videos.pin_memory(),
                      self.num_videos, self.num_classes, self.multi_class)

    def __reduce__(self) -> tuple:
        # a tensor sent between processes needs a file descriptor, an array
        # does not
        return _from_arrays, (self.classes.numpy(), self.videos.numpy(),
                              self.num_videos, self.num_classes,
                              self.multi_class)


def _from_arrays(classes, videos, *sizes) -> Labels:
    return Labels(torch.from_numpy(classes), torch.from_numpy(videos), *sizes)
