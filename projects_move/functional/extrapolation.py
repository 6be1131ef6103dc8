"""Dynamic extrapolation between two views of a video (MOVE, Eq. 11)."""
from torch import Tensor


def dynamic_extrapolation(u: Tensor, v: Tensor, omega: Tensor) -> Tensor:
    """``omega u + (1 - omega) v``, with omega in [1, 2] beyond ``u``.

    Args:
        u: First view, ``(B, D)``.
        v: Second view, ``(B, D)``.
        omega: One step for the batch, ``()``, or one a video, ``(B,)``.

    Example:
        >>> import torch
        >>> dynamic_extrapolation(torch.tensor([[2.], [2.]]),
        ...                       torch.tensor([[1.], [4.]]),
        ...                       torch.tensor([1.5, 2.0]))
        tensor([[2.5000],
                [0.0000]])
    """
    if u.shape != v.shape:
        raise ValueError('the two views must have one shape, got '
                         f'{tuple(u.shape)} and {tuple(v.shape)}')
    omega = omega.to(u).unsqueeze(-1)
    return omega * u + (1 - omega) * v
