"""Labels of a batch of data samples as one multi-hot tensor."""
from typing import Dict, Iterable

import torch
from torch import Tensor

from projects_move.structures import Labels, field_of


def stack_targets(data_samples: Iterable, num_classes: int,
                  like: Tensor) -> Tensor:
    """Stack single, multi-hot or soft labels.

    Args:
        data_samples: Data samples whose ``gt_label`` are class indices,
            integers ``(n,)``, or one value for each class, floats ``(S,)``.
        num_classes: Number of classes, S.
        like: Tensor with the device and float type of the result.

    Returns:
        Labels ``(B, S)`` in [0, 1].

    Raises:
        ValueError: For labels of another number of classes.
    """
    labels = field_of(data_samples, 'gt_label')
    if isinstance(labels, Labels) and labels.num_classes == num_classes:
        return labels.multi_hot(like)
    labels = [sample.gt_label for sample in data_samples]
    if all(not label.is_floating_point() and label.numel() == 1
           for label in labels):
        index = torch.cat([label.flatten() for label in labels])
        _check_range(index, num_classes)
        target = like.new_zeros(len(labels), num_classes)
        return target.scatter_(1, index.to(like.device)[:, None], 1)
    rows = []
    for label in labels:
        if not label.is_floating_point():
            _check_range(label, num_classes)
            label = torch.zeros(
                num_classes, device=label.device).scatter_(0, label, 1)
        if label.numel() != num_classes:
            raise ValueError(f'expected labels of {num_classes} classes, got '
                             f'{label.numel()} values')
        rows.append(label.flatten())
    return torch.stack(rows).to(like)


def stack_ignored(data_samples: Iterable, like: Tensor) -> Dict[str, Tensor]:
    """Stack the labels that ``KeepSampledLabel`` ignores.

    Args:
        data_samples: Data samples with or without ``ignored_labels``, bool
            ``(S,)``.
        like: Tensor ``(B, S)`` with the device of the result.

    Returns:
        ``dict(ignored=...)``, bool ``(B, S)``; empty if a sample has none.
    """
    rows = field_of(data_samples, 'ignored_labels')
    if rows is None:
        return {}
    if any(row is None for row in rows):
        return {}
    rows = [row if len(row) else row.new_zeros(like.shape[1]) for row in rows]
    return dict(ignored=torch.stack(rows).to(like.device))


def _check_range(index: Tensor, num_classes: int) -> None:
    if index.is_cuda:  # a comparison would synchronise with the device
        return
    if index.min() < 0 or index.max() >= num_classes:
        raise ValueError(f'labels must be 0 to {num_classes - 1}, got '
                         f'{int(index.min())} to {int(index.max())}')
