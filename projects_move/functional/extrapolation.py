"""Dynamic extrapolation between two views of a video (MOVE, Eq. 11)."""
from jaxtyping import Float
from torch import Tensor

from .shapes import ScalarOrBatch, check_shapes


@check_shapes
def dynamic_extrapolation(u: Float[Tensor, 'B D'], v: Float[Tensor, 'B D'],
                          omega: ScalarOrBatch) -> Float[Tensor, 'B D']:
    """``omega u + (1 - omega) v``, a point beyond ``u`` for omega above 1.

    Args:
        u: First view.
        v: Second view.
        omega: Step in [1, 2], one for the batch or one for each video.

    Example:
        >>> import torch
        >>> dynamic_extrapolation(torch.tensor([[2.], [2.]]),
        ...                       torch.tensor([[1.], [4.]]),
        ...                       torch.tensor([1.5, 2.0]))
        tensor([[2.5000],
                [0.0000]])
    """
    omega = omega.to(u).unsqueeze(-1)
    return omega * u + (1 - omega) * v
