"""Roofline: least time that arithmetic and memory traffic allow.

The peak rates of the machine are measured in the same run.
"""
from typing import Callable, Dict, Iterable

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from .harness import Case, timer

MATRIX_SIZE = 2048
COPY_SIZE = 2**27  # larger than the caches
DTYPES = dict(
    float32=torch.float32, tf32=torch.float32, bfloat16=torch.bfloat16)


def set_tf32(precision: str) -> None:
    """Allow TensorFloat-32 for the precision ``'tf32'`` only."""
    torch.backends.cuda.matmul.allow_tf32 = precision == 'tf32'


def measure_peaks(device: str, precisions: Iterable[str]) -> Dict[str, float]:
    """Peak rates of the device, by name."""
    peaks = {
        f'flops_{precision}': peak_flops(precision, device)
        for precision in dict.fromkeys(precisions)
    }
    return dict(peaks, bandwidth=peak_bandwidth(device))


def peak_flops(precision: str, device: str) -> float:
    """Operations per second in the product of two square matrices."""
    set_tf32(precision)
    a, b = (
        torch.randn(MATRIX_SIZE, MATRIX_SIZE,
                    device=device).to(DTYPES[precision]) for _ in 'ab')
    return 2 * MATRIX_SIZE**3 / _least_time(lambda: a @ b, device)


def peak_bandwidth(device: str) -> float:
    """Bytes per second, read and written, in a copy of a large tensor."""
    source = torch.ones(COPY_SIZE, device=device)
    target = torch.empty_like(source)
    num_bytes = 2 * source.numel() * source.element_size()
    return num_bytes / _least_time(lambda: target.copy_(source), device)


def _least_time(run: Callable, device: str, repeats: int = 5) -> float:
    now, least = timer(device), float('inf')
    for _ in range(repeats + 1):
        start = now()
        run()
        least = min(least, now() - start)
    return least


def time_floor(case: Case, variant: str, peaks: Dict[str, float]) -> dict:
    """Least seconds of arithmetic, of memory traffic, and of both overlapped.

    Empty for a variant whose operations and bytes are unknown.
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
    """Operations of the matrix products in a run, backward pass included."""
    with FlopCounterMode(display=False) as counter:
        run()
    return counter.get_total_flops()


def flop_bound_case(name: str, variants: Dict[str, Callable],
                    videos: int) -> Case:
    """A case in float32 that its matrix products bound."""
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
    """Bytes that a training step reads and writes at least.

    Adam reads weight, gradient and two moments of 4 bytes and writes all but
    the gradient; each weight is read in both directions and its gradient
    written. The VLAD descriptor ``(B, V, C, K)`` and its gradient are each
    written once and read twice, for the gradients of the weight and of the
    input. Both directions read the frames twice, for NetVLAD and attention.
    """
    parameters = sum(p.numel() for p in model.parameters())
    descriptor = batch * views * channels * clusters * itemsize
    frames = batch * num_frames * channels * 4
    return parameters * 4 * (7 + 3) + descriptor * 6 + frames * 8
