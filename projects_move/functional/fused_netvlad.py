"""The gated NetVLAD descriptor in one pass (released code of MOVE).

The block of sums ``(B, V, C, K)`` is the largest tensor of a training step.
This function writes the block once, normalised. The backward pass computes the
sums again from the frames. A CPU handles a few videos at a time, so that their
sums stay in its cache.
"""
from typing import Iterator, Optional, Tuple

import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.autograd.function import once_differentiable

from .autocast import product_dtype
from .netvlad import aggregate_residuals, normalize_clusters
from .shapes import check_shapes
from .tracing import is_traced

CHUNK_ELEMENTS = 2**17  # elements of the sums of a chunk, on a CPU
EPS = 1e-12


@check_shapes
def gated_vlad(
    frames: Float[Tensor, 'B T C'],
    assignment: Float[Tensor, 'B T K'],
    gate: Float[Tensor, 'C K'],
    frame_mask: Optional[Bool[Tensor, 'B V T']] = None
) -> Float[Tensor, 'B V C K']:
    """``normalize_clusters(gate * sum_t m_t rho_k(x_t) x_t)`` for each view.

    Under autocast the sums are computed in the lower type, then gated and
    normalised in float32.

    Args:
        frames: x, features of the frames.
        assignment: rho, soft assignment to the clusters.
        gate: Factor on each channel of each cluster.
        frame_mask: m, true for the frames that a view keeps; None is one view
            of all frames.

    Returns:
        Descriptors, in the type of ``frames`` or of autocast.

    Example:
        >>> x = torch.tensor([[[3., 4.]], [[0., 0.]]])
        >>> gated_vlad(x, torch.ones(2, 1, 1), torch.ones(2, 1)).flatten(1)
        tensor([[0.6000, 0.8000],
                [0.0000, 0.0000]])
    """
    if is_traced():
        sums = aggregate_residuals(frames, assignment, frame_mask)
        return normalize_clusters(sums * gate, EPS)
    weight = assignment.unsqueeze(1)  # (B, 1, T, K)
    if frame_mask is not None:
        weight = weight * frame_mask.unsqueeze(-1)  # (B, V, T, K)
    frames = frames.to(product_dtype(frames))
    return _GatedVLAD.apply(frames, weight.to(frames.dtype), gate.contiguous())


class _GatedVLAD(torch.autograd.Function):

    @staticmethod
    def forward(ctx, frames: Tensor, weight: Tensor, gate: Tensor) -> Tensor:
        ctx.save_for_backward(frames, weight, gate)
        batch, views, _, clusters = weight.shape
        out = frames.new_empty(batch, views, frames.shape[-1], clusters)
        with torch.autocast(frames.device.type, enabled=False):
            for chunk in _chunks(out):
                sums = _sums(frames[chunk], weight[chunk]) * gate
                norm = torch.linalg.vector_norm(sums, dim=-2, keepdim=True)
                torch.mul(sums, _scale(norm), out=out[chunk])
        return out

    @staticmethod
    @once_differentiable
    def backward(ctx, grad: Tensor) -> Tuple[Optional[Tensor], Tensor, Tensor]:
        frames, weight, gate = ctx.saved_tensors
        wants_frames = ctx.needs_input_grad[0]
        grad_frames = torch.empty_like(frames) if wants_frames else None
        grad_weight = torch.empty_like(weight)
        grad_gate = torch.zeros_like(gate)
        with torch.autocast(frames.device.type, enabled=False):
            for chunk in _chunks(grad):
                x, w = frames[chunk], weight[chunk]
                sums = _sums(x, w)
                grad_gated = _grad_normalized(sums * gate,
                                              grad[chunk].to(gate))
                if grad_gated.is_cpu:  # in place, without another block
                    for one, other in zip(
                            grad_gated.flatten(0, 1), sums.flatten(0, 1)):
                        grad_gate.addcmul_(one, other)
                else:
                    grad_gate += (grad_gated * sums).sum((0, 1))
                grad_sums = grad_gated.mul_(gate)
                rows = grad_sums.transpose(1,
                                           2).flatten(2).to(x)  # (b, C, V * K)
                grad_weight[chunk] = (x @ rows).unflatten(
                    2, (w.shape[1], -1)).transpose(1, 2)
                if wants_frames:
                    columns = w.transpose(1, 2).flatten(2)
                    grad_frames[chunk] = columns @ rows.transpose(1, 2)
        return grad_frames, grad_weight, grad_gate


def _chunks(block: Float[Tensor, 'B V C K']) -> Iterator[slice]:
    """Slices of the videos; one slice for all on a GPU."""
    size = len(block)
    if block.device.type == 'cpu':
        size = max(CHUNK_ELEMENTS // block[0].numel(), 1)
    for start in range(0, len(block), size):
        yield slice(start, start + size)


def _sums(frames: Float[Tensor, 'B T C'],
          weight: Float[Tensor, 'B V T K']) -> Float[Tensor, 'B V C K']:
    """Weighted sums over the frames, at least in float32."""
    columns = weight.transpose(1, 2).flatten(2)  # (B, T, V * K)
    sums = frames.transpose(1, 2) @ columns  # (B, C, V * K)
    sums = sums.unflatten(2, (weight.shape[1], -1)).transpose(1, 2)
    return sums.to(torch.promote_types(sums.dtype, torch.float32))


def _scale(norm: Float[Tensor, 'B V 1 K']) -> Float[Tensor, 'B V 1 K']:
    """Factor of both normalisations for each cluster."""
    inverse = 1 / norm.clamp(min=EPS)
    total = torch.linalg.vector_norm(norm * inverse, dim=-1, keepdim=True)
    return inverse / total.clamp(min=EPS)


def _grad_normalized(gated: Float[Tensor, 'B V C K'],
                     grad: Float[Tensor,
                                 'B V C K']) -> Float[Tensor, 'B V C K']:
    """Gradient of ``gated * _scale(norm(gated))``."""
    with torch.enable_grad():
        norm = torch.linalg.vector_norm(gated, dim=-2, keepdim=True)
        norm.requires_grad_()
        scale = _scale(norm)
    grad_dot = (gated * grad).sum(-2, keepdim=True)
    grad_norm, = torch.autograd.grad(scale, norm, grad_dot)
    # the norm of an empty cluster has no gradient
    grad_scale = (grad_norm / norm.detach()).masked_fill(norm.detach() == 0, 0)
    return (gated * grad_scale).addcmul_(grad, scale.detach())
