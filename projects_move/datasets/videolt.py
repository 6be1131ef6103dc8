"""VideoLT (Zhang et al., ICCV 2021): 256,218 videos of 1,004 classes."""
from typing import List, Optional

from mmaction.registry import DATASETS

from .long_tail_dataset import LongTailDataset

LISTS = dict(train='train.lst', val='validate.lst', test='test.lst')


@DATASETS.register_module()
class VideoLTDataset(LongTailDataset):
    """VideoLT by its own lists, multi-label.

    Args:
        pipeline: Transforms.
        split: ``'train'``, ``'val'`` or ``'test'``.
        data_root: Folder with ``labels/``.
        ann_file: Where the list is not ``labels/`` + its official name.
        classes: Where ``count-labels-train.lst`` is elsewhere.
        kwargs: Of :class:`LongTailDataset`.
    """

    def __init__(self,
                 pipeline: List,
                 split: str = 'train',
                 data_root: str = 'data/videolt',
                 ann_file: Optional[str] = None,
                 classes: str = 'labels/count-labels-train.lst',
                 **kwargs) -> None:
        if split not in LISTS:
            raise ValueError(f'split must be one of {tuple(LISTS)}, got '
                             f'{split!r}')
        super().__init__(
            ann_file or f'labels/{LISTS[split]}',
            pipeline,
            classes=classes,
            multi_class=True,
            data_root=data_root,
            **kwargs)
