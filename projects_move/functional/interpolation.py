"""Interpolation between videos, with calibrated labels (MOVE, Eq. 12)."""
from typing import Optional, Tuple

from jaxtyping import Float, Int64
from torch import Tensor

from .shapes import ScalarOrBatch, check_shapes


@check_shapes
def calibrated_interpolation(
    z: Float[Tensor, ' B *D'],
    target: Float[Tensor, 'B S'],
    lam: ScalarOrBatch,
    partner: Int64[Tensor, ' B'],
    label_weight: Optional[Float[Tensor, ' S']] = None,
    label_ratio: Optional[Float[Tensor, ' B']] = None
) -> Tuple[Float[Tensor, ' B *D'], Float[Tensor, 'B S']]:
    """Mix each video with its partner, with larger labels of rare classes.

    ``z = lam z_i + (1 - lam) z_j`` and ``y = min(w (lam y_i + (1 - lam) y_j),
    1)``. Without ``label_weight`` this is plain mixup.

    Args:
        z: Features of the videos.
        target: Labels in [0, 1].
        lam: Mixing ratio, one for the batch or one for each video.
        partner: Index of the partner of each video.
        label_weight: w, see :func:`projects_move.functional.label_weight`.
        label_ratio: Mixing ratio of the labels instead of lam, see
            :func:`projects_move.functional.remix_ratio`.

    Returns:
        Mixed features and labels.

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
    lam = lam.to(z)
    lam_z = lam.view(-1, *[1] * (z.ndim - 1))
    ratio = lam if label_ratio is None else label_ratio
    lam_y = ratio.view(-1, 1).to(target)
    mixed = lam_z * z + (1 - lam_z) * z[partner]
    label = lam_y * target + (1 - lam_y) * target[partner]
    if label_weight is not None:
        label = (label * label_weight.to(label)).clamp(0, 1)
    return mixed, label
