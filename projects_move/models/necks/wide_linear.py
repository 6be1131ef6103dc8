"""Linear layer with a large weight that trains faster on a CPU.

The projection after NetVLAD has 134 million weights. In each step,
``nn.Linear`` allocates their gradient and, under autocast, weight and gradient
in the lower type. On a CPU the allocation takes longer than the computation.
This layer allocates buffers once.
"""
from typing import Optional, Tuple

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

from projects_move.functional.autocast import autocast_dtype, product_dtype
from projects_move.functional.tracing import is_traced


class WideLinear(nn.Linear):
    """``nn.Linear`` with reused buffers, for training on a CPU.

    Second derivatives are not supported in this case. An optimizer that sets
    the gradient of ``weight`` to None may keep the tensor in the attribute
    ``spare_grad`` of the parameter, as ``FusedAdam`` does. This layer then
    reuses it.
    """

    def forward(self, x: Float[Tensor, ' *N C']) -> Float[Tensor, ' *N D']:
        trains = torch.is_grad_enabled() and self.weight.requires_grad
        lower = product_dtype(x)
        mixed = autocast_dtype('cpu') is None and x.dtype != self.weight.dtype
        if x.ndim < 2 or mixed or not (x.is_cpu and trains) or is_traced():
            return super().forward(x)
        with torch.autocast('cpu', enabled=False):
            z = _WideLinear.apply(x.to(lower), self.weight, self)
            return z if self.bias is None else z + self.bias.to(lower)

    def weight_as(self, dtype: torch.dtype) -> Float[Tensor, 'D C']:
        """Weight in another float type."""
        weight = self.weight.detach()
        if dtype == weight.dtype:
            return weight
        return self._buffer('_weight_buffer', dtype).copy_(weight)

    def weight_grad(self, grad: Float[Tensor, 'N D'],
                    x: Float[Tensor, 'N C']) -> Float[Tensor, 'D C']:
        """``grad^T x`` in the type of the weight.

        Args:
            grad: Gradient of the output.
            x: Input, in the same type.
        """
        out: Optional[Tensor] = self.weight.__dict__.pop('spare_grad', None)
        if out is None or out.dtype != self.weight.dtype or \
                out.shape != self.weight.shape:
            out = torch.empty_like(self.weight)
        if grad.dtype == out.dtype:
            return torch.mm(grad.T, x, out=out)
        buffer = self._buffer('_grad_buffer', grad.dtype)
        return out.copy_(torch.mm(grad.T, x, out=buffer))

    def _buffer(self, name: str, dtype: torch.dtype) -> Float[Tensor, 'D C']:
        """Buffer for the weight or its gradient, allocated on first use."""
        buffer = self.__dict__.get(name)
        if buffer is None or buffer.dtype != dtype or \
                buffer.shape != self.weight.shape:
            buffer = torch.empty_like(self.weight.detach(), dtype=dtype)
            self.__dict__[name] = buffer
        return buffer

    def __getstate__(self) -> dict:
        self.weight.__dict__.pop('spare_grad', None)
        state = dict(self.__dict__)
        for name in ('_weight_buffer', '_grad_buffer'):
            state.pop(name, None)
        return state


class _WideLinear(torch.autograd.Function):

    @staticmethod
    def forward(ctx, x: Tensor, weight: Tensor, layer: WideLinear) -> Tensor:
        ctx.save_for_backward(x, weight)
        ctx.layer = layer
        return x @ layer.weight_as(x.dtype).T

    @staticmethod
    @once_differentiable
    def backward(ctx, grad: Tensor) -> Tuple[Optional[Tensor], Tensor, None]:
        x, weight = ctx.saved_tensors
        layer, grad_x = ctx.layer, None
        with torch.autocast('cpu', enabled=False):
            if ctx.needs_input_grad[0]:
                weight = weight if x.dtype == weight.dtype \
                    else layer.weight_as(x.dtype)
                grad_x = grad @ weight
            grad_weight = layer.weight_grad(
                grad.flatten(0, -2), x.flatten(0, -2))
        return grad_x, grad_weight, None
