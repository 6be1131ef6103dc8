"""Mixed precision in bfloat16, which needs no loss scaling."""
from contextlib import contextmanager

import torch
from mmaction.registry import OPTIM_WRAPPERS
from mmengine.device import get_device
from mmengine.optim import OptimWrapper
from torch import nn


@OPTIM_WRAPPERS.register_module()
class AutocastOptimWrapper(OptimWrapper):
    """Runs the forward pass under autocast, on CPU and GPU.

    MMEngine's ``AmpOptimWrapper`` needs a GPU.

    Args:
        dtype: ``'bfloat16'``; float16 would need loss scaling.
        kwargs: Arguments of MMEngine's ``OptimWrapper``.
    """

    def __init__(self, dtype: str = 'bfloat16', **kwargs) -> None:
        super().__init__(**kwargs)
        if dtype != 'bfloat16':
            raise ValueError("AutocastOptimWrapper expects dtype 'bfloat16', "
                             f'got {dtype!r}')
        self.dtype = torch.bfloat16

    @contextmanager
    def optim_context(self, model: nn.Module):
        device = get_device().split(':')[0]
        with super().optim_context(model), torch.autocast(
                device, dtype=self.dtype):
            yield
