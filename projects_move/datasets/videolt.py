"""VideoLT (Zhang et al., ICCV 2021): 256,218 videos of 1,004 classes."""
from typing import List, Optional

from mmaction.registry import DATASETS

from .long_tail_dataset import LongTailDataset

LISTS = dict(train='train.lst', val='validate.lst', test='test.lst')
CLASSES = 'count-labels-train.lst'
FINGERPRINTS = dict(
    train='1e32ffbdc401b7b26eb01db6e2b84f13f6aa68eeb2ffca85de4105680d3d9438',
    val='d24e37deef345c70f5bbf5b0d393f0d7193086138cc7eda2ff9c18842bfcdf5f',
    test='6ba10421236d5f93e3a17ef20adf70ec5ca743418fc3764ea193dcd69c297ef0')


@DATASETS.register_module()
class VideoLTDataset(LongTailDataset):
    """VideoLT with its official lists, multi-label.

    Args:
        pipeline: Transforms.
        split: ``'train'``, ``'val'`` or ``'test'``.
        data_root: Folder that contains ``labels/``.
        ann_file: Path of the list; by default the official one in
            ``labels/``.
        classes: Path of the class names.
        kwargs: Arguments of :class:`LongTailDataset`.
    """

    def __init__(self,
                 pipeline: List,
                 split: str = 'train',
                 data_root: str = 'data/videolt',
                 ann_file: Optional[str] = None,
                 classes: str = f'labels/{CLASSES}',
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
