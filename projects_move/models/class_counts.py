"""Helpers for the class counts of heads and losses."""
import logging
from typing import Dict, Sequence, Union

import numpy as np
import torch
from jaxtyping import Real
from mmengine.logging import print_log
from torch import Tensor

# training videos of each class; expected numbers if they are of a sampler
ClassCounts = Union[Real[Tensor, ' S'], Real[np.ndarray, ' S'],
                    Sequence[Union[int, float]]]


def move_head_counts(state: Dict[str, Tensor], prefix: str = '') -> None:
    """Rename the class counts in the state dict of an old checkpoint, which
    has them in the head only.

    Args:
        state: State dict, changed in place.
        prefix: Prefix of the names of the model's weights.

    Example:
        >>> state = {'cls_head.class_counts': torch.tensor([3, 1])}
        >>> move_head_counts(state)
        >>> state
        {'class_counts': tensor([3, 1])}
    """
    counts = state.pop(f'{prefix}cls_head.class_counts', None)
    own = state.get(f'{prefix}class_counts')
    if counts is not None and (own is None or not own.any()):
        state[f'{prefix}class_counts'] = counts.long()


def clamp_empty_classes(class_counts: ClassCounts,
                        name: str) -> Real[Tensor, ' S']:
    """Count a class without training videos as one video, with a warning.

    A weight or margin by frequency is not defined at zero.

    Args:
        class_counts: Training videos of each class.
        name: Name of the loss, for the warning.
    """
    counts = torch.as_tensor(class_counts)
    empty = (counts <= 0).nonzero().flatten()
    if len(empty):
        print_log(
            f'{name}: {len(empty)} classes have no training video and count '
            f'as one video; the first is class {int(empty[0])}',
            logger='current',
            level=logging.WARNING)
    return torch.where(counts > 0, counts, torch.ones_like(counts))


def missing_counts_error(name: str) -> RuntimeError:
    """Error of a head or loss that is used without class counts.

    Args:
        name: Name of the head or loss.
    """
    return RuntimeError(f'{name} needs class counts, but has none: add '
                        "dict(type='ClassCountsHook') to custom_hooks, or "
                        'call set_class_counts')
