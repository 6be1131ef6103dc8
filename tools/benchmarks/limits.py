"""What the machine can do at most, measured in the same run."""
from typing import Callable, Dict, Iterable

import torch
from comparing import Case, clock
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

SIZE = 2048
DTYPES = dict(
    float32=torch.float32, tf32=torch.float32, bfloat16=torch.bfloat16)


def set_tf32(precision: str) -> None:
    """TensorFloat-32 where it is asked for and nowhere else."""
    torch.backends.cuda.matmul.allow_tf32 = precision == 'tf32'


def peak_flops(precision: str, device: str, repeats: int = 5) -> float:
    """Operations a second in the multiplication of two square matrices."""
    set_tf32(precision)
    a, b = (
        torch.randn(SIZE, SIZE, device=device).to(DTYPES[precision])
        for _ in 'ab')
    return 2 * SIZE**3 / _best(lambda: a @ b, device, repeats)


def bandwidth(device: str, repeats: int = 5) -> float:
    """Bytes a second, read and written, in a copy that no cache holds."""
    source = torch.ones(2**27, device=device)
    target = torch.empty_like(source)
    moved = 2 * source.numel() * source.element_size()
    return moved / _best(lambda: target.copy_(source), device, repeats)


def _best(run, device: str, repeats: int) -> float:
    now, best = clock(device), float('inf')
    for _ in range(repeats + 1):
        start = now()
        run()
        best = min(best, now() - start)
    return best


def count_flop(run) -> int:
    """Of the matrix products that a run makes, in both directions."""
    with FlopCounterMode(display=False) as counter:
        run()
    return counter.get_total_flops()


def counted(name: str, forms: Dict[str, Callable], units: int) -> Case:
    """A case in float32 that is bound by its matrix products."""
    return Case(
        name,
        forms,
        units,
        flop={
            form: count_flop(run)
            for form, run in forms.items()
        },
        precision=dict.fromkeys(forms, 'float32'))


def step_bytes(model: nn.Module, batch: int, views: int, num_frames: int,
               channels: int, clusters: int, itemsize: int) -> float:
    """What a step of training has to move once it keeps nothing for itself.

    Adam reads weight, gradient and two moments of 4 bytes and writes all but
    the gradient; each weight is read in both directions and its gradient
    written. The block of ``(B, V, C, K)`` and its gradient are written once
    and read twice each, for the weight and for what is below. The frames
    are read for the sums and the attention in both directions.
    """
    parameters = sum(p.numel() for p in model.parameters())
    block = batch * views * channels * clusters * itemsize
    frames = batch * num_frames * channels * 4
    return parameters * 4 * (7 + 3) + block * 6 + frames * 8


def limits(device: str, precisions: Iterable[str]) -> Dict[str, float]:
    found = {
        f'flops_{precision}': peak_flops(precision, device)
        for precision in dict.fromkeys(precisions)
    }
    return dict(found, bandwidth=bandwidth(device))
