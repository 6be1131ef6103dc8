"""Label-distribution-aware margin loss (Cao et al., NeurIPS 2019).

Published for a softmax and a single label. VideoLT, and MOVE's comparison
after it, put a sigmoid in its place. A video of several labels then
subtracts from each label the margin of its class (``paper``), or from each
the sum of all its margins (``official``, the released code).
"""
import torch
from mmaction.registry import MODELS
from torch import Tensor

from projects_move import functional as F
from projects_move.formulations import check_formulation
from .class_counts import listed_counts, told_no_counts
from .class_wise_loss import ClassWiseLoss


@MODELS.register_module()
class LDAMLoss(ClassWiseLoss):
    """Cross-entropy with larger margins for rarer classes.

    Its second half, deferred re-weighting, is ``DeferredReweightingHook``.
    The class counts come from ``ClassCountsHook``. Labels must be hard: no
    mixing.

    Args:
        max_margin: Of the rarest class.
        scale: s, multiplies the logits.
        use_sigmoid: False for the published softmax, of single labels.
        formulation: ``'paper'`` or ``'official'``, see above.
        loss_weight: See :class:`ClassWiseLoss`.
    """

    takes_soft_targets = False

    def __init__(self,
                 max_margin: float = 0.5,
                 scale: float = 30.0,
                 use_sigmoid: bool = True,
                 formulation: str = 'paper',
                 loss_weight: float = 1.0) -> None:
        super().__init__(loss_weight)
        self.max_margin = max_margin
        self.scale = scale
        self.use_sigmoid = use_sigmoid
        self.formulation = check_formulation(formulation)
        self.register_buffer('margins', torch.zeros(0), persistent=False)

    def set_class_counts(self, class_counts: Tensor) -> None:
        """Training videos of each class, ``(S,)``."""
        counts = listed_counts(class_counts, type(self).__name__)
        margins = F.ldam_margins(counts, self.max_margin)
        self.margins = margins.to(self.margins)

    def per_class(self, logits: Tensor, target: Tensor) -> Tensor:
        if len(self.margins) == 0:
            raise told_no_counts(type(self).__name__)
        if not self.use_sigmoid:
            return F.ldam_softmax(logits, target, self.margins, self.scale)
        return F.ldam(
            logits,
            target,
            self.margins,
            self.scale,
            sum_margins=self.formulation == 'official')

    def reduce(self, loss: Tensor, target: Tensor) -> Tensor:
        if self.use_sigmoid:
            return super().reduce(loss, target)
        return loss.sum() / (target * self.class_weight).sum()
