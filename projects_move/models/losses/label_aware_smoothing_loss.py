"""Label-aware smoothing (Zhong et al., "MiSLAS", CVPR 2021)."""
import torch
from jaxtyping import Float
from mmaction.registry import MODELS
from torch import Tensor

from projects_move import functional as F
from ..class_counts import ClassCounts, missing_counts_error
from .class_wise_loss import ClassWiseLoss


@MODELS.register_module()
class LabelAwareSmoothingLoss(ClassWiseLoss):
    """Softmax cross-entropy with smoother labels of frequent classes.

    Each video has one label: the paper shares the rest of a label among the
    classes that it excludes, and labels that occur together exclude nothing.
    Labels may be mixed. The class counts come from ``ClassCountsHook``.

    Args:
        head: Smoothing of the most frequent class.
        tail: Smoothing of the rarest class.
        shape: ``'concave'``, ``'linear'`` or ``'convex'``, see
            :func:`projects_move.functional.smoothing_factors`.
        loss_weight: See :class:`ClassWiseLoss`.
    """

    use_sigmoid = False
    remedy = 'it has no form for several labels; use another loss'

    def __init__(self,
                 head: float = 0.4,
                 tail: float = 0.1,
                 shape: str = 'concave',
                 loss_weight: float = 1.0) -> None:
        super().__init__(loss_weight)
        self.head = head
        self.tail = tail
        self.shape = shape
        # derived from the class counts, which the checkpoint holds
        self.register_buffer('factors', torch.zeros(0), persistent=False)

    def set_class_counts(self, class_counts: ClassCounts) -> None:
        """Set the number of training videos of each class."""
        factors = F.smoothing_factors(
            torch.as_tensor(class_counts), self.head, self.tail, self.shape)
        self.factors = factors.to(self.factors)

    def per_class(self, logits: Float[Tensor, 'B S'],
                  target: Float[Tensor, 'B S']) -> Float[Tensor, 'B S']:
        if len(self.factors) == 0:
            raise missing_counts_error(type(self).__name__)
        return F.softmax_cross_entropy(logits,
                                       F.smooth_labels(target, self.factors))
