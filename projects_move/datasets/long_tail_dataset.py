"""Anybody's long-tailed videos, raw or as cached features."""
import os.path as osp
from typing import List, Optional, Sequence, Tuple, Union

import numpy as np
from mmaction.datasets import BaseActionDataset
from mmaction.registry import DATASETS

from projects_move.datasets.features.feature_batches import (FeatureBatches,
                                                             encoded)
from projects_move.datasets.features.reader import FeatureReader
from projects_move.datasets.lists.annotations import (Annotations,
                                                      read_classes, read_list)
from projects_move.datasets.lists.held_out import hold_out
from projects_move.datasets.videos.video_files import video_file
from .checking import video_problem


@DATASETS.register_module()
class LongTailDataset(BaseActionDataset):
    """A list of videos with one or several labels.

    Args:
        ann_file: Lines ``name label[,label]``, or a ``.csv`` with the columns
            ``video`` and ``label``; see
            :func:`projects_move.datasets.lists.annotations.read_list`.
        pipeline: Transforms.
        data_prefix: ``dict(features=FOLDER)`` of ``NAME.npy`` files, or
            ``dict(video=FOLDER)``.
        classes: A file of class names or the names themselves. Without them
            there are ``num_classes`` classes, or as many as the largest label
            of the list says.
        multi_class: Whether videos have several labels. Labels are then
            multi-hot.
        num_classes: See ``classes``.
        held_out: Share of each class that is held out, to choose settings
            on; see :func:`projects_move.datasets.lists.held_out.hold_out`.
        part: ``'kept'`` or ``'held_out'``, where ``held_out`` is not 0.
        suffix: Of a raw video whose name has no ending of videos.
        kwargs: Of MMAction2's ``BaseActionDataset``.

    Raises:
        AnnotationError: For a list with faults, naming each line.
        ValueError: For a ``data_prefix`` of another form.
    """

    def __init__(self,
                 ann_file: str,
                 pipeline: List,
                 data_prefix: dict = dict(features=''),
                 classes: Union[str, Sequence[str], None] = None,
                 multi_class: bool = False,
                 num_classes: Optional[int] = None,
                 held_out: float = 0.,
                 part: str = 'kept',
                 suffix: str = '.mp4',
                 data_root: Optional[str] = '',
                 metainfo: Optional[dict] = None,
                 **kwargs) -> None:
        if len(data_prefix) != 1 or not {'features', 'video'
                                         } & set(data_prefix):
            raise ValueError('data_prefix must be dict(features=...) or '
                             f'dict(video=...), got {data_prefix}')
        if part not in ('kept', 'held_out'):
            raise ValueError("part must be 'kept' or 'held_out', got "
                             f'{part!r}')
        self.held_out = held_out
        self.part = part
        self.suffix = suffix
        self._batches: Optional[FeatureBatches] = None
        if isinstance(classes, str):
            if data_root and not osp.isabs(classes):
                classes = osp.join(data_root, classes)
            classes = read_classes(classes)
        if classes is not None:
            metainfo = dict(metainfo or {}, classes=tuple(classes))
        self._video_labels = None
        self._names = None
        super().__init__(
            ann_file,
            pipeline,
            data_prefix=data_prefix,
            multi_class=multi_class,
            num_classes=len(classes) if classes is not None else num_classes,
            data_root=data_root,
            metainfo=metainfo,
            **kwargs)

    def load_data_list(self) -> List[dict]:
        videos = self.read_annotations()
        if self.held_out:
            taken = hold_out(videos.names, videos.labels, self.held_out)
            wanted = np.flatnonzero(taken == (self.part == 'held_out'))
            videos = Annotations(*([column[i] for i in wanted]
                                   for column in videos))
        labels = np.fromiter((label for row in videos.labels for label in row),
                             dtype=np.int64)
        owner = np.repeat(
            np.arange(len(videos.labels)), [len(row) for row in videos.labels])
        self._video_labels = owner, labels
        self._names = encoded(videos.names)
        if self.num_classes is None:
            self.num_classes = int(labels.max()) + 1
        return [
            dict(
                video_id=name,
                line=line,
                label=row if self.multi_class else row[0],
                **self._file(name)) for name, row, line in zip(*videos)
        ]

    def full_init(self) -> None:
        if self._fully_initialized:
            return
        super().full_init()
        if self._indices is not None:  # only these videos are trained on
            self._list_again()

    def get_subset_(self, indices: Union[Sequence[int], int]) -> None:
        super().get_subset_(indices)
        self._list_again()

    def get_subset(self, indices: Union[Sequence[int],
                                        int]) -> 'LongTailDataset':
        subset = super().get_subset(indices)
        subset._list_again()
        return subset

    def _list_again(self) -> None:
        """Names and labels of the videos that are left."""
        rows = [self.get_cat_ids(i) for i in range(len(self))]
        self._video_labels = (np.repeat(
            np.arange(len(rows)),
            [len(row) for row in rows]), np.concatenate(rows))
        self._names = encoded(
            [self.get_data_info(i)['video_id'] for i in range(len(self))])
        self._batches = None

    def read_annotations(self) -> Annotations:
        """The videos of the list; what a benchmark narrows."""
        return read_list(self.ann_file, self.metainfo.get('classes'),
                         self.num_classes, self.multi_class)

    def _file(self, name: str) -> dict:
        if 'features' in self.data_prefix:
            path = osp.join(self.data_prefix['features'], f'{name}.npy')
            return dict(feature_path=path)
        file = video_file(name, self.suffix)
        return dict(filename=osp.join(self.data_prefix['video'], file))

    def __getitems__(self, indices: List[int]) -> Sequence[dict]:
        """What a data loader asks for: the samples of a batch, read at once
        where the pipeline is the usual one of cached features."""
        batches = self.batches
        if batches is None:
            return [self[index] for index in indices]
        return batches.read(indices)

    @property
    def batches(self) -> Optional[FeatureBatches]:
        """What reads batches at once; None for another pipeline."""
        if self._batches is None:
            self._batches = self._batch_reader()
        return self._batches

    def _batch_reader(self) -> Optional[FeatureBatches]:
        transforms = self.pipeline.transforms
        if 'features' not in self.data_prefix or \
                not FeatureBatches.understands(transforms):
            return None
        owners, labels = self.video_labels
        reader = FeatureReader(self.data_prefix['features'], self._names,
                               self._open)
        return FeatureBatches(reader, labels, owners, self.num_classes,
                              self.multi_class, transforms)

    def _open(self, idx: int) -> np.ndarray:
        return self.pipeline.transforms[0](self.get_data_info(idx))['features']

    def prepare_data(self, idx: int) -> dict:
        """The sample of a video.

        Raises:
            ValueError: Where that fails and the file is no readable video,
                naming file, video and line.
        """
        batches = self.batches
        if batches is not None:
            return batches.read_one(idx)
        try:
            return super().prepare_data(idx)
        except Exception as error:  # decoders raise whatever they like
            info = self.get_data_info(idx)
            problem = 'filename' in info and video_problem(info['filename'])
            if not problem:
                raise
            raise ValueError(f"{problem} (video {info['video_id']}, line "
                             f"{info['line']} of the list)") from error

    @property
    def class_counts(self) -> np.ndarray:
        """Videos of each class in the list, int64 ``(S,)``. A video counts
        for each of its labels."""
        _, labels = self.video_labels
        return np.bincount(labels, minlength=self.num_classes)

    @property
    def video_labels(self) -> Tuple[np.ndarray, np.ndarray]:
        """Every label of the list, with the index of its video: two int64
        arrays ``(L,)``."""
        if self._video_labels is None:
            self.full_init()
        return self._video_labels

    def get_cat_ids(self, idx: int) -> List[int]:
        """Labels of a video, for MMEngine's ``ClassBalancedDataset``."""
        label = self.get_data_info(idx)['label']
        if self.multi_class:
            return label.nonzero().flatten().tolist()
        return [label]
