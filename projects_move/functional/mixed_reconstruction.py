"""Long-tail mixed reconstruction (Perrett et al., CVPR 2023)."""
import torch
from jaxtyping import Bool, Float, Float64, Real
from torch import Tensor
from torch.nn.functional import layer_norm

from .shapes import check_shapes


@check_shapes
def reconstruction_share(class_counts: Real[Tensor, ' S'],
                         largest: float = 0.5,
                         decay: float = 1.0,
                         epsilon: float = 0.1) -> Float64[Tensor, ' S']:
    """Share of the reconstruction in a video of each class (Eq. 1 and 2).

    ``1 / log(decay n + epsilon)``, scaled to 0 for the most frequent class and
    ``largest`` for the rarest. If all classes are equally frequent, where
    Eq. 2 is undefined, it is 0.

    Args:
        class_counts: n, training videos of each class, at least 1.
        largest: Share of the rarest class, in [0, 1]; l in the paper.
        decay: d in the paper; ``decay + epsilon`` must be above 1.
        epsilon: Keeps the logarithm above zero.

    Example:
        >>> reconstruction_share(torch.tensor([1, 10, 1000]))
        tensor([0.5000, 0.0139, 0.0000], dtype=torch.float64)
    """
    if not 0 <= largest <= 1:
        raise ValueError(f'largest must be in [0, 1], got {largest}')
    inside = decay * class_counts.double() + epsilon
    if (inside <= 1).any():
        raise ValueError(
            'decay * n + epsilon must be above 1 for each class, got '
            f'{inside.min():g} for class {int(inside.argmin())}')
    inverse = 1 / inside.log()
    spread = inverse.max() - inverse.min()
    if spread == 0:
        return torch.zeros_like(inverse)
    return largest * (inverse - inverse.min()) / spread


@check_shapes
def reconstruct(z: Float[Tensor, 'B V D'], share: Float[Tensor, ' B'],
                is_few: Bool[Tensor, ' B']) -> Float[Tensor, 'B V D']:
    """Mix each video with its reconstruction from the batch (Eq. 3 to 5).

    The reconstruction is a mean of the other videos of the batch that are not
    of a few-shot class. Its weights are the softmax of the cosine similarity
    of the features after layer normalisation. A video stays as it is if there
    is no such video; Eq. 4 would then use few-shot videos.

    Args:
        z: Features of the views of the videos. Each view is reconstructed
            from the same view of the other videos.
        share: Share of the reconstruction, in [0, 1]; see
            :func:`reconstruction_share`.
        is_few: True for videos of few-shot classes.

    Example:
        >>> z = torch.tensor([[[1., 0.]], [[4., 2.]], [[8., 8.]]])
        >>> reconstruct(z, torch.tensor([.5, 0., 0.]),
        ...             torch.tensor([True, False, True]))
        tensor([[[2.5000, 1.0000]],
        <BLANKLINE>
                [[4.0000, 2.0000]],
        <BLANKLINE>
                [[8.0000, 8.0000]]])
    """
    x = layer_norm(z, z.shape[-1:]).transpose(0, 1)  # (V, B, D)
    similarity = x @ x.transpose(1, 2) / z.shape[-1]  # (V, B, B)
    itself = torch.eye(len(z), dtype=torch.bool, device=z.device)
    excluded = itself | is_few  # (B, B), row: video, column: source
    has_sources = ~excluded.all(-1)  # (B,)
    weight = similarity.masked_fill(excluded, -1e4).softmax(-1)
    other = (weight @ z.transpose(0, 1)).transpose(0, 1)  # (B, V, D)
    share = (share * has_sources).to(z)[:, None, None]
    return share * other + (1 - share) * z
