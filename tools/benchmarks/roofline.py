"""Roofline: minimum time of arithmetic and memory traffic.

The peak rates of the machine are measured in the same run.
"""
from typing import Callable, Dict, Iterable

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from .harness import Case, timer

DTYPES = dict(
    float32=torch.float32, tf32=torch.float32, bfloat16=torch.bfloat16)


def set_tf32(precision: str) -> None:
    """Allow TensorFloat-32 for the precision ``'tf32'`` only."""
    torch.backends.cuda.matmul.allow_tf32 = precision == 'tf32'


def measure_peaks(device: str, precisions: Iterable[str],
                  size: int) -> Dict[str, float]:
    """Peak rates of the device, by name.

    Args:
        size: Side of the matrices. The tensor of the copy is 32 of them, which
            should be larger than the caches.
    """
    peaks = {
        f'flops_{precision}': peak_flops(precision, device, size)
        for precision in dict.fromkeys(precisions)
    }
    return dict(peaks, bandwidth=peak_bandwidth(device, 32 * size**2))


def peak_flops(precision: str, device: str, size: int) -> float:
    """Operations per second in the product of two square matrices."""
    set_tf32(precision)
    a, b = (
        torch.randn(size, size, device=device).to(DTYPES[precision])
        for _ in 'ab')
    return 2 * size**3 / _min_time(lambda: a @ b, device)


def peak_bandwidth(device: str, size: int) -> float:
    """Bytes per second, read and written, in a copy of a large tensor."""
    source = torch.ones(size, device=device)
    target = torch.empty_like(source)
    num_bytes = 2 * source.numel() * source.element_size()
    return num_bytes / _min_time(lambda: target.copy_(source), device)


def _min_time(run: Callable, device: str, repeats: int = 5) -> float:
    now, shortest = timer(device), float('inf')
    for _ in range(repeats + 1):
        start = now()
        run()
        shortest = min(shortest, now() - start)
    return shortest


def time_floor(case: Case, variant: str, peaks: Dict[str, float]) -> dict:
    """Minimum seconds of arithmetic, memory traffic, and both overlapped.

    The result is empty if operations and bytes of the variant are unknown.
    """
    floor = {}
    if variant in case.flop:
        rate = peaks[f'flops_{case.precision[variant]}']
        floor['flop'] = case.flop[variant]
        floor['arithmetic'] = case.flop[variant] / rate
    if variant in case.bytes:
        floor['bytes'] = case.bytes[variant]
        floor['memory'] = case.bytes[variant] / peaks['bandwidth']
    if floor:
        floor['floor'] = max(
            floor.get(part, 0) for part in ('arithmetic', 'memory'))
    return floor


def count_flop(run: Callable) -> int:
    """Operations of the matrix products in a run, with its backward pass."""
    with FlopCounterMode(display=False) as counter:
        run()
    return counter.get_total_flops()


def flop_bound_case(name: str, variants: Dict[str, Callable],
                    videos: int) -> Case:
    """Case in float32 whose bound is the time of its matrix products."""
    return Case(
        name,
        variants,
        videos,
        flop={
            key: count_flop(run)
            for key, run in variants.items()
        },
        precision=dict.fromkeys(variants, 'float32'))


def step_bytes(model: nn.Module, batch: int, views: int, num_frames: int,
               channels: int, clusters: int, itemsize: int) -> float:
    """Minimum number of bytes that a training step reads and writes.

    Adam reads weight, gradient and two moments of 4 bytes each and writes all
    but the gradient. Forward and backward pass read each weight, and the
    backward pass writes its gradient. The VLAD descriptor ``(B, V, C, K)`` and
    its gradient are written once and read twice each, for the gradients of
    weight and input. Forward and backward pass read the frames twice each, for
    NetVLAD and attention.
    """
    parameters = sum(p.numel() for p in model.parameters())
    descriptor = batch * views * channels * clusters * itemsize
    frames = batch * num_frames * channels * 4
    return parameters * 4 * (7 + 3) + descriptor * 6 + frames * 8
