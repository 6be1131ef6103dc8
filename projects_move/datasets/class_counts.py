"""Counting the videos of each class, whatever wraps the data set."""
from typing import Iterator, Optional

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


def _count_labels(dataset, num_classes: Optional[int]) -> np.ndarray:
    labels = []
    for i in range(len(dataset)):
        label = np.asarray(dataset.get_data_info(i)['label'])
        if label.ndim and np.issubdtype(label.dtype, np.floating):
            num_classes = num_classes or len(label)
            label = label.nonzero()[0]
        labels.append(label.ravel())
    labels = np.concatenate(labels) if labels else np.zeros(0, np.int64)
    if len(labels) and (labels.min() < 0
                        or num_classes and labels.max() >= num_classes):
        raise ValueError(
            f'the model has {num_classes} classes, but {dataset.ann_file} '
            f'has labels from {labels.min()} to {labels.max()}')
    return np.bincount(labels.astype(np.int64), minlength=num_classes or 0)
