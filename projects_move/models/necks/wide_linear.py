"""A linear layer whose weight is most of a model, on a CPU.

The projection behind NetVLAD has 134 million weights. Its gradient, and under
autocast the weight and the gradient in the lower type, are new memory in each
step, and a CPU takes longer to be given that memory than to fill it. Here the
same memory serves every step.
"""
from typing import Optional, Tuple

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

from projects_move.functional.autocast import autocast_dtype, product_dtype
from projects_move.functional.tracing import is_traced


class WideLinear(nn.Linear):
    """``nn.Linear``; on a CPU, in training, one that keeps its memory, and
    has first derivatives only.

    An optimizer that drops the gradient of ``weight`` may leave it in the
    attribute ``spare_grad`` of the parameter, as ``FusedAdam`` does.
    """

    def forward(self, x: Tensor) -> Tensor:
        trains = torch.is_grad_enabled() and self.weight.requires_grad
        lower = product_dtype(x)
        mixed = autocast_dtype('cpu') is None and x.dtype != self.weight.dtype
        if x.ndim < 2 or mixed or not (x.is_cpu and trains) or is_traced():
            return super().forward(x)
        with torch.autocast('cpu', enabled=False):
            z = _WideLinear.apply(x.to(lower), self.weight, self)
            return z if self.bias is None else z + self.bias.to(lower)

    def lowered(self, dtype: torch.dtype) -> Tensor:
        """The weight in another type."""
        weight = self.weight.detach()
        if dtype == weight.dtype:
            return weight
        return self._room('_weight_room', dtype).copy_(weight)

    def gradient(self, grad: Tensor, x: Tensor) -> Tensor:
        """``grad^T x`` in the type of the weight.

        Args:
            grad: ``(N, D)``.
            x: ``(N, C)`` of the same type.
        """
        out: Optional[Tensor] = self.weight.__dict__.pop('spare_grad', None)
        if out is None or out.dtype != self.weight.dtype or \
                out.shape != self.weight.shape:
            out = torch.empty_like(self.weight)
        if grad.dtype == out.dtype:
            return torch.mm(grad.T, x, out=out)
        room = self._room('_grad_room', grad.dtype)
        return out.copy_(torch.mm(grad.T, x, out=room))

    def _room(self, name: str, dtype: torch.dtype) -> Tensor:
        room = self.__dict__.get(name)
        if room is None or room.dtype != dtype or \
                room.shape != self.weight.shape:
            room = torch.empty_like(self.weight.detach(), dtype=dtype)
            self.__dict__[name] = room
        return room

    def __getstate__(self) -> dict:
        self.weight.__dict__.pop('spare_grad', None)
        kept = dict(self.__dict__)
        for name in ('_weight_room', '_grad_room'):
            kept.pop(name, None)
        return kept


class _WideLinear(torch.autograd.Function):

    @staticmethod
    def forward(ctx, x: Tensor, weight: Tensor, layer: WideLinear) -> Tensor:
        ctx.save_for_backward(x, weight)
        ctx.layer = layer
        return x @ layer.lowered(x.dtype).T

    @staticmethod
    @once_differentiable
    def backward(ctx, grad: Tensor) -> Tuple[Optional[Tensor], Tensor, None]:
        x, weight = ctx.saved_tensors
        layer, grad_x = ctx.layer, None
        with torch.autocast('cpu', enabled=False):
            if ctx.needs_input_grad[0]:
                lowered = weight if x.dtype == weight.dtype \
                    else layer.lowered(x.dtype)
                grad_x = grad @ lowered
            grad_weight = layer.gradient(grad.flatten(0, -2), x.flatten(0, -2))
        return grad_x, grad_weight, None
