"""Adam in one pass over its state, where torch has that."""
from typing import Iterable

import torch
from mmaction.registry import OPTIMIZERS

LARGE = 2**24  # elements


@OPTIMIZERS.register_module()
class FusedAdam(torch.optim.Adam):
    """``torch.optim.Adam`` with ``fused=True``, on a GPU and, from torch 2.4
    on, on a CPU; elsewhere plain Adam. Checkpoints are those of Adam. On a
    CPU the memory of a large gradient serves the next one, so that one which
    was kept beyond ``zero_grad`` changes: see
    :mod:`projects_move.models.necks.wide_linear`.

    Args:
        params: Parameters or groups of them.
        kwargs: Of ``torch.optim.Adam``.
    """

    def __init__(self, params: Iterable, **kwargs) -> None:
        params = list(params)
        try:
            groups = [  # what fails may have written into them
                dict(group) if isinstance(group, dict) else group
                for group in params
            ]
            super().__init__(groups, fused=True, **kwargs)
        except RuntimeError:  # no kernel for this device
            super().__init__(params, **kwargs)

    def load_state_dict(self, state_dict: dict) -> None:
        """Of this optimizer or of plain Adam."""
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
