"""Imbalanced-MiniKinetics200 (MOVE, AAAI 2023)."""
from typing import List, Optional

import numpy as np
from mmaction.registry import DATASETS

from .annotations import Annotations
from .imbalance import exponential_class_sizes, keep_first
from .long_tail_dataset import LongTailDataset

LISTS = dict(train='train.lst', test='val.lst')


@DATASETS.register_module()
class ImbalancedMiniKinetics(LongTailDataset):
    """MiniKinetics200, its training list cut to an imbalance ratio.

    Of the class of rank k the first ``int(399 * ratio ** (k / 199))`` videos
    of the list are kept: 17,170, 19,995, 25,287 and 31,152 videos at the
    ratios .01, .02, .05 and .1. Of classes with equally many videos the
    smaller index ranks first; the released code leaves that to an unstable
    sort. It also renumbers the classes by rank; here they keep their index.

    Args:
        pipeline: Transforms.
        split: ``'train'`` or ``'test'``; there is no validation list.
        imbalance_ratio: Of the rarest to the most frequent class, in (0, 1].
        data_root: Folder with ``labels/``.
        ann_file: Where the list is not ``labels/train.lst`` or
            ``labels/val.lst``.
        classes: Where ``classes.txt`` is elsewhere.
        kwargs: Of :class:`LongTailDataset`.
    """

    def __init__(self,
                 pipeline: List,
                 split: str = 'train',
                 imbalance_ratio: float = 0.01,
                 data_root: str = 'data/minikinetics',
                 ann_file: Optional[str] = None,
                 classes: str = 'labels/classes.txt',
                 **kwargs) -> None:
        if split not in LISTS:
            raise ValueError(f'split must be one of {tuple(LISTS)}, got '
                             f'{split!r}')
        self.split = split
        self.imbalance_ratio = imbalance_ratio
        super().__init__(
            ann_file or f'labels/{LISTS[split]}',
            pipeline,
            classes=classes,
            data_root=data_root,
            **kwargs)

    def read_annotations(self) -> Annotations:
        videos = super().read_annotations()
        if self.split != 'train':
            return videos
        labels = np.array([row[0] for row in videos.labels])
        counts = np.bincount(labels, minlength=self.num_classes)
        sizes = exponential_class_sizes(counts, self.imbalance_ratio)
        kept = keep_first(labels, sizes)
        return Annotations(*([column[i] for i in kept] for column in videos))
