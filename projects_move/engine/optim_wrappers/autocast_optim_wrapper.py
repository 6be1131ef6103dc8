"""Mixed precision in bfloat16, which needs no loss scaling."""
from contextlib import contextmanager

import torch
from mmaction.registry import OPTIM_WRAPPERS
from mmengine.device import get_device
from mmengine.optim import OptimWrapper
from torch import nn


@OPTIM_WRAPPERS.register_module()
class AutocastOptimWrapper(OptimWrapper):
    """Runs the forward pass under autocast, on a CPU as on a GPU.

    MMEngine's ``AmpOptimWrapper`` needs a GPU.

    Args:
        dtype: ``'bfloat16'``; half precision would need loss scaling.
        kwargs: Of MMEngine's ``OptimWrapper``.
    """

    def __init__(self, dtype: str = 'bfloat16', **kwargs) -> None:
        super().__init__(**kwargs)
        if dtype != 'bfloat16':
            raise ValueError("AutocastOptimWrapper knows dtype 'bfloat16' "
                             f'only, got {dtype!r}')
        self.dtype = torch.bfloat16

    @contextmanager
    def optim_context(self, model: nn.Module):
        device = get_device().split(':')[0]
        with super().optim_context(model), torch.autocast(
                device, dtype=self.dtype):
            yield
