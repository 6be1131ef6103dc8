"""Class counts, labels and transforms of data sets, also of wrapped ones."""
from typing import Iterator, Optional, Tuple

import numpy as np
from mmengine.dataset import ConcatDataset


def base_datasets(dataset) -> Iterator:
    """Data sets inside MMEngine's wrappers, each once."""
    if isinstance(dataset, ConcatDataset):
        for part in dataset.datasets:
            yield from base_datasets(part)
    elif hasattr(dataset, 'dataset'):  # RepeatDataset, ClassBalancedDataset
        yield from base_datasets(dataset.dataset)
    else:
        yield dataset


def iterate_transforms(dataset) -> Iterator:
    """Transforms of all pipelines inside ``dataset``, including transforms
    inside transforms."""
    for base in base_datasets(dataset):
        yield from _flatten(getattr(base, 'pipeline', None))


def _flatten(transform) -> Iterator:
    if transform is None:
        return
    yield transform
    inner = getattr(transform, 'transforms', None)
    for part in inner if isinstance(inner, (list, tuple)) else (inner, ):
        yield from _flatten(part)


def count_classes(dataset, num_classes: Optional[int] = None) -> np.ndarray:
    """Videos of each class in the annotations, before any resampling.

    Args:
        dataset: A data set with ``class_counts``, any data set of MMAction2
            whose data infos have a ``label``, or a wrapper of these.
        num_classes: Expected number of classes, S; by default that of the
            data set.

    Returns:
        int64 ``(S,)``. A video with several labels counts for each.

    Raises:
        ValueError: For a data set with another number of classes.
    """
    total = 0
    for base in base_datasets(dataset):
        counts = getattr(base, 'class_counts', None)
        if counts is None:
            counts = _count_labels(base, num_classes)
        if num_classes is not None and len(counts) != num_classes:
            raise ValueError(f'the model has {num_classes} classes, the data '
                             f'set {type(base).__name__} has {len(counts)}')
        total = total + np.asarray(counts, dtype=np.int64)
    return total


def video_labels(dataset) -> Tuple[np.ndarray, np.ndarray]:
    """Labels of all videos, concatenated, and the video of each label.

    Args:
        dataset: See :func:`count_classes`. Indices refer to the wrapper: a
            repeated video has an index per repetition.

    Returns:
        Video index and class index of each label, two int64 arrays ``(L,)``
        in the order of the videos.
    """
    if hasattr(dataset, 'video_labels'):
        return dataset.video_labels
    if isinstance(dataset, ConcatDataset):
        parts = [video_labels(part) for part in dataset.datasets]
        start = np.cumsum([0] + [len(part) for part in dataset.datasets])
        return (np.concatenate([v + s for (v, _), s in zip(parts, start)]),
                np.concatenate([labels for _, labels in parts]))
    rows = [_labels(dataset, i) for i in range(len(dataset))]
    videos = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    return videos, np.concatenate([*rows, np.zeros(0, np.int64)])


def _labels(dataset, index: int) -> np.ndarray:
    label = np.asarray(dataset.get_data_info(index)['label'])
    if label.ndim and np.issubdtype(label.dtype, np.floating):
        label = label.nonzero()[0]
    return label.ravel().astype(np.int64)


def _count_labels(dataset, num_classes: Optional[int]) -> np.ndarray:
    if num_classes is None and len(dataset):
        label = np.asarray(dataset.get_data_info(0)['label'])
        if label.ndim and np.issubdtype(label.dtype, np.floating):
            num_classes = len(label)
    _, labels = video_labels(dataset)
    if len(labels) and (labels.min() < 0
                        or num_classes and labels.max() >= num_classes):
        raise ValueError(
            f'the model has {num_classes} classes, but {dataset.ann_file} '
            f'has labels from {labels.min()} to {labels.max()}')
    return np.bincount(labels, minlength=num_classes or 0)
