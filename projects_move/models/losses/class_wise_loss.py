"""Base class of losses that are averaged over videos and classes."""
from abc import abstractmethod
from typing import Optional, Union

import torch
from jaxtyping import Bool, Float
from mmaction.models.losses.base import BaseWeightedLoss
from torch import Tensor

from projects_move.errors import InputError
from projects_move.functional.tracing import is_traced


class ClassWiseLoss(BaseWeightedLoss):
    """Mean of :meth:`per_class` over videos and classes.

    It takes logits and labels, as the losses of MMAction2 do. Labels are class
    indices or one value for each class.

    ``DeferredReweightingHook`` may set a weight for each class.

    Args:
        loss_weight: Factor on the loss.

    Attributes:
        takes_soft_targets: Whether labels may be mixed.
        use_sigmoid: Whether each class is a decision of its own. Else the
            classes exclude each other, and each video has one label.
        remedy: Advice in the error for a video with several labels.
        activation: Function from the logits to the scores of a test,
            ``'sigmoid'`` or ``'softmax'``.
    """

    takes_soft_targets = True
    use_sigmoid = True
    remedy = 'use a loss with a sigmoid'

    @property
    def activation(self) -> str:
        return 'sigmoid' if self.use_sigmoid else 'softmax'

    def __init__(self, loss_weight: float = 1.0) -> None:
        super().__init__(loss_weight)
        # derived from the class counts, which the checkpoint holds
        self.register_buffer('class_weight', torch.ones(()), persistent=False)

    @abstractmethod
    def per_class(self, logits: Float[Tensor, 'B S'],
                  target: Float[Tensor, 'B S']) -> Float[Tensor, 'B S']:
        """Loss of each video and class, for labels in [0, 1]."""

    def set_class_weight(self, weight: Float[Tensor, ' S']) -> None:
        """Set the weight of each class."""
        self.class_weight = weight.to(self.class_weight)

    def _forward(self,
                 cls_score: Float[Tensor, 'B S'],
                 label: Tensor,
                 ignored: Optional[Bool[Tensor,
                                        'B S']] = None) -> Float[Tensor, '']:
        """Mean loss.

        Args:
            cls_score: Logits.
            label: Class indices, or one value for each class.
            ignored: True for classes that are left out of the loss of a
                video. The loss is then summed over the other classes and
                averaged over the videos, as in the released code.
        """
        logits = cls_score.to(
            torch.promote_types(cls_score.dtype, torch.float32))
        target = as_target(label, logits)
        self.check_labels(target)
        loss = self.per_class(logits, target) * self.class_weight
        if ignored is None:
            return self.reduce(loss, target)
        return loss.masked_fill(ignored, 0).sum(-1).mean()

    def reduce(self, loss: Float[Tensor, 'B S'],
               target: Float[Tensor, 'B S']) -> Float[Tensor, '']:
        """Mean over videos and, for a sigmoid, over classes.

        For a softmax it is weighted, as in PyTorch: by the weight of its
        class, and for mixed labels by their sum.
        """
        if self.use_sigmoid:
            return loss.mean()
        return loss.sum() / self.batch_weight(target)

    def batch_weight(
        self,
        target: Float[Tensor, 'B S'],
        ignored: Optional[Bool[Tensor, 'B S']] = None
    ) -> Union[int, Float[Tensor, '']]:
        """Sum of the weights over which the loss of a batch is a mean."""
        if self.use_sigmoid or ignored is not None:
            return len(target)
        return (target * self.class_weight).sum()

    def check_labels(self, target: Float[Tensor, 'B S']) -> None:
        """Refuse several labels of a video, for a softmax.

        Mixed labels pass: they are below one.

        Raises:
            InputError: With the video of the batch and its labels.
        """
        if self.use_sigmoid or is_traced():
            return
        several = (target >= 1).sum(-1) > 1  # (B,)
        if several.any():
            row = int(several.nonzero()[0])
            classes = (target[row] >= 1).nonzero().flatten().tolist()
            raise InputError(
                f'{type(self).__name__} with a softmax expects one label for '
                f'each video, found {len(classes)} labels of video {row} of '
                f'the batch, classes {classes[:9]}: {self.remedy}')


def as_target(label: Tensor, logits: Float[Tensor,
                                           'B S']) -> Float[Tensor, 'B S']:
    """Labels as one value for each class, in the type of the logits.

    Args:
        label: Class indices, or one value for each class.
        logits: Logits of the same videos.

    Raises:
        ValueError: For labels of another shape.
    """
    if label.shape == logits.shape:
        return label.to(logits)
    if label.shape != logits.shape[:1] or label.is_floating_point():
        raise ValueError(
            f'expected class indices ({len(logits)},) or one value for each '
            f'class {tuple(logits.shape)}, got labels of shape '
            f'{tuple(label.shape)} and type {label.dtype}')
    return torch.zeros_like(logits).scatter_(1, label.unsqueeze(1), 1)
