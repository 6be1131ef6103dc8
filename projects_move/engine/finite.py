"""Whether losses, gradients and weights are finite, and what to say if not."""
from typing import Dict, Iterable, List, Optional, Sequence, Tuple

import torch
from mmengine.dist import all_gather_object, all_reduce, get_world_size
from torch import Tensor

from projects_move.structures import field_of
from .utils import unwrap

SHOWN = 10  # names in a message


def combined_norm(tensors: Iterable[Tensor]) -> Tensor:
    """Sum of the norms of tensors, float64 ``()`` or float32 where the device
    has no float64. It is finite only if every element is.

    The sum stays on the device: nothing waits for it. It may overflow although
    every element is finite, see :func:`not_finite`.

    Example:
        >>> combined_norm([torch.tensor([3., 4.]), torch.tensor([0., -1.])])
        tensor(6., dtype=torch.float64)
        >>> combined_norm([torch.tensor([1., torch.inf])])
        tensor(inf, dtype=torch.float64)
    """
    groups: Dict[Tuple, List[Tensor]] = {}
    for tensor in tensors:
        tensor = tensor.detach()
        if tensor.is_sparse:
            tensor = tensor.coalesce().values()
        if tensor.numel() and tensor.is_floating_point():
            key = tensor.device, tensor.dtype
            groups.setdefault(key, []).append(tensor)
    total = None
    for (device, _), group in groups.items():
        wide = torch.float32 if device.type == 'mps' else torch.float64
        norm = torch.stack(torch._foreach_norm(group)).to(wide).sum()
        total = norm if total is None else total + norm.to(total.device)
    return torch.zeros((), dtype=torch.float64) if total is None else total


def not_finite(named: Iterable[Tuple[str, Tensor]]) -> List[str]:
    """Names of the tensors with an element that is NaN or infinite.

    Example:
        >>> not_finite([('a', torch.ones(2)), ('b', torch.ones(2) / 0)])
        ['b']
    """
    return [
        name for name, tensor in named if tensor.is_floating_point()
        and not bool(tensor.detach().isfinite().all())
    ]


def optim_wrappers(runner) -> list:
    """Optim wrappers of a runner, which may have several."""
    wrapper = runner.optim_wrapper
    return [*wrapper.values()] if hasattr(wrapper, 'values') else [wrapper]


def optimizer_tensors(runner) -> Dict[str, Tensor]:
    """Tensors in the state of the optimizers, such as
    ``exp_avg of cls_head.weight``."""
    names = {
        id(p): name
        for name, p in unwrap(runner.model).named_parameters()
    }
    return {
        f'{key} of {names.get(id(parameter))}': value
        for wrapper in optim_wrappers(runner)
        for parameter, state in wrapper.optimizer.state.items()
        for key, value in state.items() if isinstance(value, Tensor)
    }


def finite_on_all_ranks(tensors: Iterable[Tensor]) -> bool:
    """Whether the norms of the tensors are finite on each rank. The only read
    of the device is that of the result."""
    total = combined_norm(tensors)
    all_reduce(total)
    return bool(total.isfinite())


def fault_of_ranks(fault: Optional[str]) -> Optional[str]:
    """Fault of the first rank that has one, on each rank."""
    for rank, each in enumerate(all_gather_object(fault or None)):
        if each:
            return each if get_world_size() == 1 else f'on rank {rank}, {each}'
    return None


def video_names(batches: Sequence) -> str:
    """Names of the videos of some batches of data samples."""
    names = []
    for samples in batches:
        found = field_of(samples, 'video_id') or field_of(samples, 'filename')
        names += [str(name) for name in found or ()]
    if not names:
        return '(the pipeline packs no video_id)'
    rest = len(names) - SHOWN
    return ', '.join(
        names[:SHOWN]) + (f' and {rest} others' if rest > 0 else '')
