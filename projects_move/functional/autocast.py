"""Float type of autocast, for any device and version of PyTorch."""
from typing import Optional

import torch
from torch import Tensor


def autocast_dtype(device: str) -> Optional[torch.dtype]:
    """Float type of autocast on a type of device, None if it is disabled.

    Example:
        >>> autocast_dtype('cpu')
        >>> with torch.autocast('cpu', dtype=torch.bfloat16):
        ...     autocast_dtype('cpu')
        torch.bfloat16
    """
    if hasattr(torch, 'get_autocast_dtype'):  # since 2.4
        on = torch.is_autocast_enabled(device)
        return torch.get_autocast_dtype(device) if on else None
    if device == 'cpu':
        on = torch.is_autocast_cpu_enabled()
        return torch.get_autocast_cpu_dtype() if on else None
    return torch.get_autocast_gpu_dtype() if torch.is_autocast_enabled(
    ) else None


def product_dtype(x: Tensor) -> torch.dtype:
    """Float type of a matrix product with a tensor, with or without autocast.

    Autocast does not change float64.

    Example:
        >>> x = torch.ones(1)
        >>> with torch.autocast('cpu', dtype=torch.bfloat16):
        ...     product_dtype(x), product_dtype(x.double())
        (torch.bfloat16, torch.float64)
    """
    if x.dtype == torch.float64:
        return x.dtype
    return autocast_dtype(x.device.type) or x.dtype
