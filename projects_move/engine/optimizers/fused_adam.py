"""Adam with a fused kernel where torch has one."""
from typing import Iterable

import torch
from mmaction.registry import OPTIMIZERS

LARGE = 2**24  # elements of the smallest gradient whose memory is reused


@OPTIMIZERS.register_module()
class FusedAdam(torch.optim.Adam):
    """``torch.optim.Adam`` with ``fused=True`` on GPU and, from torch 2.4, on
    CPU; otherwise plain Adam. Both have the same checkpoints.

    On a CPU the next step overwrites the memory of a large gradient, so do not
    use a gradient after ``zero_grad``: see
    :mod:`projects_move.models.necks.wide_linear`.

    Args:
        params: Parameters or parameter groups.
        kwargs: Arguments of ``torch.optim.Adam``.
    """

    def __init__(self, params: Iterable, **kwargs) -> None:
        params = list(params)
        try:
            groups = [  # copies: a failed call may have changed them
                dict(group) if isinstance(group, dict) else group
                for group in params
            ]
            super().__init__(groups, fused=True, **kwargs)
        except RuntimeError:  # no fused kernel for this device
            super().__init__(params, **kwargs)

    def load_state_dict(self, state_dict: dict) -> None:
        """Load the state of this optimizer or of plain Adam."""
        super().load_state_dict(state_dict)
        for group in self.param_groups:
            group['fused'] = self.defaults.get('fused')

    def zero_grad(self, set_to_none: bool = True) -> None:
        for group in self.param_groups if set_to_none else ():
            for parameter in group['params']:
                if parameter.is_cpu and parameter.numel() >= LARGE and \
                        parameter.grad is not None:
                    parameter.spare_grad = parameter.grad
        super().zero_grad(set_to_none)
