"""Remix (Chou et al., "Rebalanced Mixup", ECCV workshops 2020)."""
import torch
from jaxtyping import Float, Real
from torch import Tensor

from .shapes import ScalarOrBatch, check_shapes


@check_shapes
def remix_ratio(lam: ScalarOrBatch,
                own_count: Real[Tensor, ' B'],
                partner_count: Real[Tensor, ' B'],
                kappa: float = 3.0,
                tau: float = 0.5) -> Float[Tensor, ' B']:
    """Ratio of the labels of a mixed video, in favour of the rarer class.

    It is 0 if the class of the video is at least kappa times as frequent as
    that of its partner and ``lam < tau``; 1 if the class of the partner is,
    and ``1 - lam < tau``; and else lam.

    Args:
        lam: Ratio of the features, one for the batch or one for each video.
        own_count: Training videos of the class of each video.
        partner_count: Training videos of the class of its partner.
        kappa: Ratio of the counts, at least 1.
        tau: Largest share of the features whose label is dropped. With 0
            Remix is mixup.

    Example:
        >>> remix_ratio(torch.tensor([.4, .4, .6, .6]),
        ...             torch.tensor([9, 2, 2, 9]),
        ...             torch.tensor([3, 3, 9, 9]))
        tensor([0.0000, 0.4000, 1.0000, 0.6000])
    """
    if kappa < 1 or not 0 <= tau <= 1:
        raise ValueError('expected kappa of at least 1 and tau in [0, 1], '
                         f'got kappa {kappa}, tau {tau}')
    lam = lam.expand(len(own_count))
    own_is_frequent = own_count >= kappa * partner_count
    partner_is_frequent = partner_count >= kappa * own_count
    ratio = torch.where(own_is_frequent & (lam < tau), 0., lam)
    return torch.where(partner_is_frequent & (1 - lam < tau), 1., ratio)
