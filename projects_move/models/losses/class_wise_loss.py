"""What every loss of binary decisions a class has in common."""
from abc import abstractmethod
from typing import Optional

import torch
from mmaction.models.losses.base import BaseWeightedLoss
from torch import Tensor


class ClassWiseLoss(BaseWeightedLoss):
    """Mean over videos and classes of :meth:`per_class`.

    Takes what any MMAction2 head hands to its loss: logits ``(B, S)`` and
    labels, class indices ``(B,)`` or one value a class ``(B, S)``.

    ``DeferredReweightingHook`` may set a weight for each class.

    Args:
        loss_weight: Multiplies the loss.
    """

    takes_soft_targets = True

    def __init__(self, loss_weight: float = 1.0) -> None:
        super().__init__(loss_weight)
        # of no class until told; the counts behind it are in the checkpoint
        self.register_buffer('class_weight', torch.ones(()), persistent=False)

    @abstractmethod
    def per_class(self, logits: Tensor, target: Tensor) -> Tensor:
        """Loss of each video and class, all ``(B, S)``."""

    def set_class_weight(self, weight: Tensor) -> None:
        """Weigh the classes from now on, ``(S,)``."""
        self.class_weight = weight.to(self.class_weight)

    def _forward(self,
                 cls_score: Tensor,
                 label: Tensor,
                 ignored: Optional[Tensor] = None) -> Tensor:
        """Mean loss; or, with ``ignored`` (bool ``(B, S)``), the released
        code's: what is left, summed over the classes, averaged over the
        videos."""
        logits = cls_score.to(
            torch.promote_types(cls_score.dtype, torch.float32))
        target = as_target(label, logits)
        loss = self.per_class(logits, target) * self.class_weight
        if ignored is None:
            return self.reduce(loss, target)
        return loss.masked_fill(ignored, 0).sum(-1).mean()

    def reduce(self, loss: Tensor, target: Tensor) -> Tensor:
        """``(B, S)`` to the mean."""
        return loss.mean()


def as_target(label: Tensor, logits: Tensor) -> Tensor:
    """Class indices ``(B,)`` or values ``(B, S)`` as values.

    Raises:
        ValueError: For labels of another shape.
    """
    if label.shape == logits.shape:
        return label.to(logits)
    if label.shape != logits.shape[:1] or label.is_floating_point():
        raise ValueError(
            f'expected class indices ({len(logits)},) or one value a class '
            f'{tuple(logits.shape)}, got labels of {tuple(label.shape)} and '
            f'{label.dtype}')
    return torch.zeros_like(logits).scatter_(1, label.unsqueeze(1), 1)
