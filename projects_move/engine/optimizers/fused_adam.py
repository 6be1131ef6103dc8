"""Adam in one pass over its state, where torch has that."""
from typing import Iterable

import torch
from mmaction.registry import OPTIMIZERS


@OPTIMIZERS.register_module()
class FusedAdam(torch.optim.Adam):
    """``torch.optim.Adam`` with ``fused=True``, on a GPU and, from torch 2.4
    on, on a CPU; elsewhere plain Adam. Checkpoints are those of Adam.

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
