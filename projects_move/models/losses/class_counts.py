"""What the losses that need class counts share."""
import logging

import torch
from mmengine.logging import print_log
from torch import Tensor


def listed_counts(class_counts: Tensor, name: str) -> Tensor:
    """Take a class without a training video for one of a single video, and
    say so: a weight or margin by frequency has no value at zero.

    Args:
        class_counts: ``(S,)``.
        name: Of the loss, for the message.
    """
    counts = torch.as_tensor(class_counts)
    missing = (counts < 1).nonzero().flatten()
    if len(missing):
        print_log(
            f'{name}: {len(missing)} classes have no training video, class '
            f'{int(missing[0])} is the first; they count as one video',
            logger='current',
            level=logging.WARNING)
    return counts.clamp(min=1)


def told_no_counts(name: str) -> RuntimeError:
    """The error of a loss that is used before it knows the counts."""
    return RuntimeError(f'{name} was told no class counts: add '
                        "dict(type='ClassCountsHook') to custom_hooks, or "
                        'call set_class_counts')
