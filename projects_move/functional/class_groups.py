"""Groups of classes (head, medium, tail) for reports."""
from typing import Dict

import torch
from jaxtyping import Bool, Real
from torch import Tensor

from .shapes import check_shapes


@check_shapes
def class_groups(class_counts: Real[Tensor, ' S'],
                 head_min_exclusive: int = 500,
                 tail_max_inclusive: int = 100
                 ) -> Dict[str, Bool[Tensor, ' S']]:
    """Groups by thresholds on the number of training videos.

    The defaults are those of VideoLT; Imbalanced-MiniKinetics200 uses 300 and
    40.

    Args:
        class_counts: Training videos of each class.
        head_min_exclusive: A head class has more training videos.
        tail_max_inclusive: A tail class has at most as many training videos.

    Returns:
        A mask of the classes for each group; each class is in one group.

    Example:
        >>> groups = class_groups(torch.tensor([501, 500, 101, 100]))
        >>> {name: mask.nonzero().flatten().tolist()
        ...  for name, mask in groups.items()}
        {'head': [0], 'medium': [1, 2], 'tail': [3]}
    """
    if tail_max_inclusive > head_min_exclusive:
        raise ValueError(
            f'tail_max_inclusive ({tail_max_inclusive}) must not exceed '
            f'head_min_exclusive ({head_min_exclusive})')
    head = class_counts > head_min_exclusive
    tail = class_counts <= tail_max_inclusive
    return dict(head=head, medium=~head & ~tail, tail=tail)


@check_shapes
def class_thirds(class_counts: Real[Tensor,
                                    ' S']) -> Dict[str, Bool[Tensor, ' S']]:
    """Groups of (nearly) equal numbers of classes, by frequency.

    Classes of equal frequency keep their order. If S is not a multiple of
    three, head gets one more class, then medium.

    Example:
        >>> groups = class_thirds(torch.tensor([5, 9, 7, 7]))
        >>> {name: mask.nonzero().flatten().tolist()
        ...  for name, mask in groups.items()}
        {'head': [1, 2], 'medium': [3], 'tail': [0]}
    """
    order = class_counts.argsort(descending=True, stable=True)
    groups = {}
    for name, part in zip(('head', 'medium', 'tail'),
                          torch.tensor_split(order, 3)):
        groups[name] = torch.zeros_like(class_counts, dtype=torch.bool)
        groups[name][part] = True
    return groups
