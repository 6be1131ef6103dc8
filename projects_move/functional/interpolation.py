"""Interpolation between videos, with calibrated labels (MOVE, Eq. 12)."""
from typing import Optional, Tuple

from torch import Tensor


def calibrated_interpolation(z: Tensor,
                             target: Tensor,
                             lam: Tensor,
                             partner: Tensor,
                             label_weight: Optional[Tensor] = None
                             ) -> Tuple[Tensor, Tensor]:
    """Mix each video with its partner, and give rare classes more label.

    ``z = lam z_i + (1 - lam) z_j`` and ``y = min(w (lam y_i + (1 - lam) y_j),
    1)``. Without ``label_weight`` this is plain mixup.

    Args:
        z: ``(B, D)`` or ``(B, ..., D)``.
        target: Labels in [0, 1], ``(B, S)``.
        lam: One ratio for the batch, ``()``, or one a video, ``(B,)``.
        partner: Index of each video's partner, int64 ``(B,)``.
        label_weight: w, ``(S,)``, see
            :func:`projects_move.functional.label_weight`.

    Returns:
        Mixed ``z`` and its labels, the shapes of the inputs.

    Example:
        >>> import torch
        >>> z, y = calibrated_interpolation(
        ...     torch.tensor([[0.], [4.]]), torch.eye(2), torch.tensor(.75),
        ...     torch.tensor([1, 0]), torch.tensor([1.5, 0.5]))
        >>> z
        tensor([[1.],
                [3.]])
        >>> y
        tensor([[1.0000, 0.1250],
                [0.3750, 0.3750]])
    """
    if len(z) != len(target):
        raise ValueError(f'{len(z)} videos but {len(target)} rows of labels')
    lam = lam.to(z)
    lam_z = lam.view(-1, *[1] * (z.ndim - 1))
    lam_y = lam.view(-1, 1).to(target)
    mixed = lam_z * z + (1 - lam_z) * z[partner]
    label = lam_y * target + (1 - lam_y) * target[partner]
    if label_weight is not None:
        label = (label * label_weight.to(label)).clamp(0, 1)
    return mixed, label
