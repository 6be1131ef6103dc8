"""Counting the videos of each class, whatever wraps the data set."""
from typing import Iterator, Optional, Tuple

import numpy as np
from mmengine.dataset import ConcatDataset


def base_datasets(dataset) -> Iterator:
    """The data sets inside MMEngine's wrappers, each once."""
    if isinstance(dataset, ConcatDataset):
        for part in dataset.datasets:
            yield from base_datasets(part)
    elif hasattr(dataset, 'dataset'):  # RepeatDataset, ClassBalancedDataset
        yield from base_datasets(dataset.dataset)
    else:
        yield dataset


def iterate_transforms(dataset) -> Iterator:
    """Every transform of the pipelines inside ``dataset``, and those that
    other transforms hold."""
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
        dataset: A data set with ``class_counts``, or any of MMAction2's, whose
            data infos have a ``label``; or a wrapper of such.
        num_classes: S, checked; where a data set does not know it, used.

    Returns:
        int64 ``(S,)``. A video of several labels counts for each.

    Raises:
        ValueError: For data of another number of classes.
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
    """Every label in the annotations, with the index of its video.

    Args:
        dataset: See :func:`count_classes`; indices are those of the wrapper,
            a video that it repeats counts again.

    Returns:
        Two int64 arrays ``(L,)``, by video.
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
