"""The gated NetVLAD descriptor in one pass (released code of MOVE).

The block of ``(B, V, C, K)`` sums is the largest of a step. It is written
once, normalised, and made again from the frames for the gradient; in between,
no more of it exists than a processor's cache holds.
"""
from typing import Iterator, Optional, Tuple

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from .autocast import product_dtype
from .netvlad import aggregate_residuals, normalize_clusters

CACHED = 2**17  # elements of a part, on a CPU
EPS = 1e-12


def gated_vlad(frames: Tensor,
               assignment: Tensor,
               gate: Tensor,
               frame_mask: Optional[Tensor] = None) -> Tensor:
    """``normalize_clusters(gate * sum_t m_t rho_k(x_t) x_t)`` of every view.

    Under autocast the sums are made in its type, and gated and normalised in
    float32.

    Args:
        frames: ``(B, T, C)``.
        assignment: rho, ``(B, T, K)``.
        gate: ``(C, K)``.
        frame_mask: m, bool ``(B, V, T)``; None is one view of all frames.

    Returns:
        ``(B, V, C, K)``, of the type of ``frames`` or of autocast.

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


def is_traced() -> bool:
    """Whether operations are recorded, which wants plain ones."""
    compiler = getattr(torch, 'compiler', None)  # is_compiling since 2.1
    compiling = getattr(compiler, 'is_compiling', torch._dynamo.is_compiling)
    return compiling() or torch.jit.is_tracing()


class _GatedVLAD(torch.autograd.Function):

    @staticmethod
    def forward(ctx, frames: Tensor, weight: Tensor, gate: Tensor) -> Tensor:
        ctx.save_for_backward(frames, weight, gate)
        batch, views, _, clusters = weight.shape
        out = frames.new_empty(batch, views, frames.shape[-1], clusters)
        with torch.autocast(frames.device.type, enabled=False):
            for part in _parts(out):
                sums = _sums(frames[part], weight[part]) * gate
                norm = torch.linalg.vector_norm(sums, dim=-2, keepdim=True)
                torch.mul(sums, _scale(norm), out=out[part])
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
            for part in _parts(grad):
                x, w = frames[part], weight[part]
                sums = _sums(x, w)
                inner = _grad_normalized(sums * gate, grad[part].to(gate))
                if inner.is_cpu:  # adds in place, without another block
                    for one, other in zip(
                            inner.flatten(0, 1), sums.flatten(0, 1)):
                        grad_gate.addcmul_(one, other)
                else:
                    grad_gate += (inner * sums).sum((0, 1))
                inner *= gate
                rows = inner.transpose(1, 2).flatten(2).to(x)  # (b, C, V * K)
                grad_weight[part] = (x @ rows).unflatten(2,
                                                         (w.shape[1],
                                                          -1)).transpose(1, 2)
                if wants_frames:
                    columns = w.transpose(1, 2).flatten(2)
                    grad_frames[part] = columns @ rows.transpose(1, 2)
        return grad_frames, grad_weight, grad_gate


def _parts(block: Tensor) -> Iterator[slice]:
    """Of the first axis of ``(B, V, C, K)``; a GPU takes all at once."""
    size = len(block)
    if block.device.type == 'cpu':
        size = max(CACHED // block[0].numel(), 1)
    for start in range(0, len(block), size):
        yield slice(start, start + size)


def _sums(frames: Tensor, weight: Tensor) -> Tensor:
    """``(B, V, C, K)``, at least in float32."""
    columns = weight.transpose(1, 2).flatten(2)  # (B, T, V * K)
    sums = frames.transpose(1, 2) @ columns  # (B, C, V * K)
    sums = sums.unflatten(2, (weight.shape[1], -1)).transpose(1, 2)
    return sums.to(torch.promote_types(sums.dtype, torch.float32))


def _scale(norm: Tensor) -> Tensor:
    """What the two normalisations multiply each cluster with, ``(B, V, 1,
    K)``."""
    inverse = 1 / norm.clamp(min=EPS)
    total = torch.linalg.vector_norm(norm * inverse, dim=-1, keepdim=True)
    return inverse / total.clamp(min=EPS)


def _grad_normalized(gated: Tensor, grad: Tensor) -> Tensor:
    """Gradient of ``gated * _scale(norm(gated))``."""
    with torch.enable_grad():
        norm = torch.linalg.vector_norm(gated, dim=-2, keepdim=True)
        norm.requires_grad_()
        scale = _scale(norm)
    towards = (gated * grad).sum(-2, keepdim=True)
    grad_norm, = torch.autograd.grad(scale, norm, towards)
    # the norm of an empty cluster has no direction
    pull = (grad_norm / norm.detach()).masked_fill(norm.detach() == 0, 0)
    return (gated * pull).addcmul_(grad, scale.detach())
