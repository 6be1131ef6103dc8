"""Long-tailed data sets of any videos, raw or as cached features."""
import operator
import os.path as osp
from functools import partial
from typing import List, Optional, Sequence, Tuple, Union

import numpy as np
import torch
from mmaction.datasets import BaseActionDataset
from mmaction.registry import DATASETS
from mmengine.dataset import force_full_init
from mmengine.logging import print_log

from projects_move.errors import InputError
from projects_move.structures import Labels, VideoBatch
from .batch_pipeline import BatchPipeline
from .lists.annotations import Annotations, read_list
from .lists.class_files import read_class_file
from .lists.held_out import hold_out
from .lists.video_table import VideoTable
from .named_files import NamedFiles
from .videos.video_checking import video_problem


@DATASETS.register_module()
class LongTailDataset(BaseActionDataset):
    """Data set of a list of videos with one or several labels.

    Args:
        ann_file: List of any format, such as lines ``name label[,label]`` or
            a csv of the columns ``video`` and ``label``; see
            :func:`projects_move.datasets.lists.annotations.read_list`.
        pipeline: Transforms; see
            :class:`projects_move.datasets.batch_pipeline.BatchPipeline`.
        data_prefix: ``dict(features=FOLDER)`` of ``NAME.npy`` files, or
            ``dict(video=FOLDER)``.
        classes: Class names, or a file of them.
        multi_class: Whether videos have several labels. Labels are then
            multi-hot.
        num_classes: Number of classes if there are no class names; by default
            the largest label plus one.
        held_out: Share of each class that is held out to choose settings;
            see :func:`projects_move.datasets.lists.held_out.hold_out`.
        subset: Part of the list to use, ``'train'`` or ``'held_out'``, if
            ``held_out`` is not 0.
        suffix: Suffix of a raw video whose name in the list has none.
        list_format: Format of ``ann_file``, if it cannot be recognized.
        kwargs: Arguments of MMAction2's ``BaseActionDataset``.

    Raises:
        AnnotationError: For a faulty list, with each faulty line.
        ValueError: For another ``data_prefix`` or ``subset``.
    """

    def __init__(self,
                 ann_file: str,
                 pipeline: List,
                 data_prefix: dict = dict(features=''),
                 classes: Union[str, Sequence[str], None] = None,
                 multi_class: bool = False,
                 num_classes: Optional[int] = None,
                 held_out: float = 0.,
                 subset: str = 'train',
                 suffix: str = '.mp4',
                 list_format: Optional[str] = None,
                 data_root: Optional[str] = '',
                 metainfo: Optional[dict] = None,
                 **kwargs) -> None:
        if len(data_prefix) != 1 or not {'features', 'video'
                                         } & set(data_prefix):
            raise ValueError('data_prefix must be dict(features=...) or '
                             f'dict(video=...), got {data_prefix}')
        if subset not in ('train', 'held_out'):
            raise ValueError("subset must be 'train' or 'held_out', got "
                             f'{subset!r}')
        self.held_out = held_out
        self.subset = subset
        self.suffix = suffix
        self.list_format = list_format
        self.first_index = 0
        if isinstance(classes, str):
            if data_root and not osp.isabs(classes):
                classes = osp.join(data_root, classes)
            classes, self.first_index, _ = read_class_file(classes)
        if classes is not None:
            metainfo = dict(metainfo or {}, classes=tuple(classes))
        lazy_init = kwargs.pop('lazy_init', False)
        super().__init__(
            ann_file,
            [],
            data_prefix=data_prefix,
            multi_class=multi_class,
            num_classes=len(classes) if classes is not None else num_classes,
            data_root=data_root,
            metainfo=metainfo,
            lazy_init=True,
            **{
                **kwargs,
                # the arrays of a VideoTable need no serialisation
                'serialize_data':
                False
            })
        self.pipeline = BatchPipeline(pipeline, self._raise_video_problem)
        if not lazy_init:
            self.full_init()

    def load_data_list(self) -> Union[VideoTable, List[dict]]:
        """Videos of the list. A subclass may return data infos instead, which
        have ``video_id``, ``label`` and any other keys."""
        videos = self.read_annotations()
        if self.held_out:
            taken = hold_out(videos.names, videos.labels, self.held_out)
            wanted = np.flatnonzero(taken == (self.subset == 'held_out'))
            videos = Annotations(*([column[i] for i in wanted]
                                   for column in videos))
        return VideoTable.of_annotations(videos)

    def read_annotations(self) -> Annotations:
        """Read the list; a subclass may reduce it."""
        files = NamedFiles(self.data_prefix, self.suffix)
        return read_list(self.ann_file, self.metainfo.get('classes'),
                         self.num_classes, self.multi_class, self.list_format,
                         self.first_index, files.has_video, files.has_folder,
                         partial(print_log, logger='current'))

    def full_init(self) -> None:
        if self._fully_initialized:
            return
        super().full_init()
        self.data_list = VideoTable.of(self.data_list)
        if self.num_classes is None:
            self.num_classes = int(self.data_list.labels.max(initial=-1)) + 1

    def _copy_without_annotation(self, memo: Optional[dict] = None):
        # MMEngine's default keeps the copies of data sets that are gone
        return super()._copy_without_annotation({} if memo is None else memo)

    def _get_unserialized_subset(self, indices: Union[Sequence[int],
                                                      int]) -> VideoTable:
        return VideoTable.of(self.data_list).subset(indices)

    @force_full_init
    def get_batch(self, indices: Sequence[int]) -> VideoBatch:
        """Annotations of some videos, the input of the pipeline.

        Keys: ``video_id``, ``sample_idx``, ``label``, ``line``,
        ``feature_path`` or ``filename``, ``modality``, ``start_index``, and
        those of a subclass.

        Raises:
            IndexError: For an index beyond the list.
        """
        table = self.data_list
        indices = [_normalize_index(index, len(table)) for index in indices]
        names = [name.decode() for name in table.names[indices]]
        columns = dict(
            video_id=names,
            sample_idx=indices,
            label=self._labels(indices),
            modality=[self.modality] * len(names),
            start_index=[self.start_index] * len(names))
        files = NamedFiles(self.data_prefix, self.suffix)
        columns[files.key] = [files.path(name) for name in names]
        columns.update(table.take_extras(indices))
        return VideoBatch(columns)

    def _labels(self, indices: List[int]) -> Labels:
        classes, videos = self.data_list.labels_of(indices)
        return Labels(
            torch.from_numpy(classes), torch.from_numpy(videos), len(indices),
            self.num_classes, self.multi_class)

    def get_data_info(self, idx: int) -> dict:
        """Annotation of a video, see :meth:`get_batch`."""
        return self.get_batch([idx])[0]

    def __getitems__(self, indices: List[int]) -> Sequence[dict]:
        """Samples of a batch, for a data loader."""
        if self._overrides('prepare_data', '__getitem__'):
            return [self[index] for index in indices]
        batch = self._prepare(indices)
        if len(batch) == len(indices):
            return batch
        # random videos replace rejected ones, as in MMEngine
        return [
            *batch, *(self[self._rand_another()]
                      for _ in range(len(indices) - len(batch)))
        ]

    def prepare_data(self, idx: int) -> Optional[dict]:
        """Sample of a video, None if a transform rejects the video.

        Raises:
            InputError: For a raw video that cannot be decoded, with file,
                video and line.
        """
        batch = self._prepare([idx])
        return batch[0] if len(batch) else None

    def _prepare(self, indices: Sequence[int]) -> VideoBatch:
        if self._overrides('get_data_info'):
            batch = VideoBatch.of_rows(  # a subclass changes data infos
                [self.get_data_info(index) for index in indices])
        else:
            batch = self.get_batch(indices)
        prepared = self.pipeline.run(batch)
        if self.test_mode and len(prepared) < len(indices):
            raise ValueError('the test pipeline rejected '
                             f'{len(indices) - len(prepared)} of the videos '
                             f"{batch.columns['video_id']}")
        return prepared

    def _overrides(self, *names: str) -> bool:
        """Whether a subclass changes what happens to one video."""
        return any(
            getattr(type(self), name) is not getattr(LongTailDataset, name)
            for name in names)

    @staticmethod
    def _raise_video_problem(info: dict, error: Exception) -> None:
        problem = str(error) if isinstance(error, InputError) else \
            'filename' in info and video_problem(info['filename'])
        if problem and 'filename' in info:
            raise InputError(f"{problem} (video {info['video_id']}, line "
                             f"{info['line']} of the list)") from error

    @property
    def class_counts(self) -> np.ndarray:
        """Number of labels of each class in the list, int64 ``(S,)``."""
        _, labels = self.video_labels
        return np.bincount(labels, minlength=self.num_classes)

    @property
    def video_labels(self) -> Tuple[np.ndarray, np.ndarray]:
        """Video and class of each label of the list, two int64 ``(L,)``."""
        self.full_init()
        return self.data_list.videos(), self.data_list.labels

    def get_cat_ids(self, idx: int) -> List[int]:
        """Labels of a video, for MMEngine's ``ClassBalancedDataset``."""
        self.full_init()
        index = _normalize_index(idx, len(self.data_list))
        return self.data_list.labels_of([index])[0].tolist()


def _normalize_index(index: int, size: int) -> int:
    """Index from 0. A ``DrawnIndex`` of a sampler keeps its type."""
    index = index if isinstance(index, int) else operator.index(index)
    if not -size <= index < size:
        raise IndexError(f'video {index} of a list of {size}')
    return index if index >= 0 else index + size
