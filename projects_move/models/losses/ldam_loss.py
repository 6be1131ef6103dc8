"""Label-distribution-aware margin loss (Cao et al., NeurIPS 2019).

The loss was published for a softmax and single labels. VideoLT and MOVE use it
with a sigmoid. Then a margin is subtracted from the logit of each label of a
video: the margin of its class (``paper``), or the sum of the margins of all
labels of the video (``official``, the released code).
"""
import torch
from jaxtyping import Float
from mmaction.registry import MODELS
from torch import Tensor

from projects_move import functional as F
from projects_move.formulations import check_formulation
from ..class_counts import (ClassCounts, clamp_empty_classes,
                            missing_counts_error)
from .class_wise_loss import ClassWiseLoss


@MODELS.register_module()
class LDAMLoss(ClassWiseLoss):
    """Cross-entropy with larger margins for rarer classes.

    ``DeferredReweightingHook`` is the second part of the method. The class
    counts come from ``ClassCountsHook``. Labels must be hard: videos cannot be
    mixed.

    Args:
        max_margin: Margin of the rarest class.
        scale: Factor on the shifted logits.
        use_sigmoid: Whether to use a sigmoid. False is the published softmax,
            for single labels.
        formulation: ``'paper'`` or ``'official'``, see above.
        loss_weight: See :class:`ClassWiseLoss`.
    """

    takes_soft_targets = False
    remedy = 'set use_sigmoid=True'

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

    def set_class_counts(self, class_counts: ClassCounts) -> None:
        """Set the number of training videos of each class."""
        counts = clamp_empty_classes(class_counts, type(self).__name__)
        margins = F.ldam_margins(counts, self.max_margin)
        self.margins = margins.to(self.margins)

    def per_class(self, logits: Float[Tensor, 'B S'],
                  target: Float[Tensor, 'B S']) -> Float[Tensor, 'B S']:
        if len(self.margins) == 0:
            raise missing_counts_error(type(self).__name__)
        if not self.use_sigmoid:
            return F.ldam_softmax(logits, target, self.margins, self.scale)
        return F.ldam(
            logits,
            target,
            self.margins,
            self.scale,
            sum_margins=self.formulation == 'official')
