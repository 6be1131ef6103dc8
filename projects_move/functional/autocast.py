"""Which type autocast computes in, on any device and version of torch."""
from typing import Optional

import torch


def autocast_dtype(device: str) -> Optional[torch.dtype]:
    """The type of autocast on a kind of device, None where it is off.

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
