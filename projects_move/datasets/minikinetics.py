"""Imbalanced-MiniKinetics200 (MOVE, AAAI 2023)."""
import logging
from typing import List, Optional

import numpy as np
from mmaction.registry import DATASETS
from mmengine.logging import print_log

from projects_move.datasets.lists.annotations import Annotations, fingerprint
from projects_move.datasets.lists.imbalance import (exponential_class_sizes,
                                                    keep_first)
from .long_tail_dataset import LongTailDataset

LISTS = dict(train='train.lst', test='val.lst')
# SHA-256 of the lists, and of the training list at each ratio
FINGERPRINTS = dict(
    train='94673516235a35e17d40bc0bab8737beb0d8cd864554d18ceca9918935974753',
    test='4c54b47e527cf035640aac47641306d1d85a3d7a22578f1a16d3eb5291457810')
REDUCED_FINGERPRINTS = {
    0.01: 'e76797146cd983470db804cc144761d425e3cc3117816db1e1aa58f074f39a0a',
    0.02: '584debd1e40650c41139b5a8fd3925490398cb3ff44d5c635e1d291107d037f4',
    0.05: '256bd82b43558fb97666761c22a3c4d1d6c6f5374b43e62e94f543b4e108b305',
    0.1: '0519786816d0b01d4a13f3f128d22a71a45e374ae609d57a6353fe6cc8e8a6cb'
}


@DATASETS.register_module()
class ImbalancedMiniKinetics(LongTailDataset):
    """MiniKinetics200 with its training list reduced to an imbalance ratio.

    The class of rank k keeps the first ``int(399 * ratio ** (k / 199))``
    videos of the list; in total 17,170, 19,995, 25,287 and 31,152 videos at
    the ratios .01, .02, .05 and .1. The SHA-256 of each training list is
    checked. Classes of equal size are ranked by index, and classes keep their
    index. The released code ranks them by an unstable sort, and renumbers
    them by rank.

    Args:
        pipeline: Transforms.
        split: ``'train'`` or ``'test'``; there is no validation list.
        imbalance_ratio: Size of the rarest class relative to the most
            frequent one, in (0, 1].
        data_root: Folder that contains ``labels/``.
        ann_file: Path of the list; by default ``labels/train.lst`` or
            ``labels/val.lst``.
        classes: Path of the class names.
        kwargs: Arguments of :class:`LongTailDataset`.
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
        indices = keep_first(labels, sizes)
        reduced = Annotations(*([column[i] for i in indices]
                                for column in videos))
        self._check_fingerprints(videos, reduced)
        return reduced

    def _check_fingerprints(self, full: Annotations,
                            reduced: Annotations) -> None:
        if fingerprint(full) != FINGERPRINTS['train']:
            print_log(
                f'{self.ann_file} is not the list of the benchmark: results '
                'are not comparable with published ones',
                logger='current',
                level=logging.WARNING)
            return
        expected = REDUCED_FINGERPRINTS.get(self.imbalance_ratio)
        if expected is not None and fingerprint(reduced) != expected:
            raise RuntimeError(
                f'the training list at ratio {self.imbalance_ratio} has the '
                f'fingerprint {fingerprint(reduced)}, expected {expected}: '
                'please report this with your versions of Python and numpy')
