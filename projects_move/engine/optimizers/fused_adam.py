"""Adam in one pass over its state, where torch has that."""
from typing import Iterable

import torch
from mmaction.registry import OPTIMIZERS

LARGE = 2**24  # elements


@OPTIMIZERS.register_module()
class FusedAdam(torch.optim.Adam):
    """``torch.optim.Adam`` with ``fused=True``, on a GPU and, from torch 2.4
    on, on a CPU; elsewhere plain Adam. Checkpoints are those of Adam. On a
    CPU the memory of a large gradient serves the next one: see
    :mod:`projects_move.models.necks.wide_linear`.

    Args:
        params: Parameters or groups of them.
        kwargs: Of ``torch.optim.Adam``.
    """

    def __init__(self, params: Iterable, **kwargs) -> None:
        params = list(params)
        try:
            super().__init__(params, fused=True, **kwargs)
        except RuntimeError:  # no kernel for this device
            super().__init__(params, **kwargs)

    def zero_grad(self, set_to_none: bool = True) -> None:
        for group in self.param_groups if set_to_none else ():
            for parameter in group['params']:
                if parameter.is_cpu and parameter.numel() >= LARGE and \
                        parameter.grad is not None:
                    parameter.spare_grad = parameter.grad
        super().zero_grad(set_to_none)
