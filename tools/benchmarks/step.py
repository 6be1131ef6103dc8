"""Training step of MOVE: drawing of masks, forward, backward, Adam.

The baseline of all ratios is the textbook form in float32.
"""
import argparse
from typing import Callable

from .arguments import Sizes
from .harness import Case
from .implementations import Workload
from .report import measure
from .roofline import DTYPES, count_flop, measure_peaks, set_tf32, step_bytes


def run(args: argparse.Namespace) -> None:
    sizes = Sizes.from_args(args)
    work = Workload(sizes, args.device)
    textbook, ours = work.textbook_model(), work.our_model()
    steps = {
        f'textbook, {precision}':
        (precision, work.textbook_step(textbook, precision))
        for precision in ('float32', *args.precisions)
    }
    for precision in args.precisions:
        steps[f'ours, {precision}'] = (precision,
                                       work.our_step(ours, precision))
    if args.checked:
        for precision in args.precisions:
            steps[f'ours, {precision}, checked'] = (precision,
                                                    work.our_step(
                                                        ours,
                                                        precision,
                                                        checked=True))
    if args.compile:
        compiled = work.our_model()
        compiled.compile()
        for precision in args.precisions:
            steps[f'ours, {precision}, compiled'] = (precision,
                                                     work.our_step(
                                                         compiled, precision))

    case, flop = Case('step', {}, sizes.batch), {}
    for variant, (precision, step) in steps.items():
        case.variants[variant] = in_precision(precision, step)
        case.precision[variant] = precision
        kind = variant.split(',')[0]
        if kind not in flop:  # the same for all precisions
            flop[kind] = count_flop(case.variants[variant])
        case.flop[variant] = flop[kind]
        if kind == 'ours':
            case.bytes[variant] = step_bytes(ours, sizes.batch, 2,
                                             sizes.frames, sizes.channels,
                                             sizes.clusters,
                                             DTYPES[precision].itemsize)
    measure(
        args, [case],
        measure_peaks(args.device, case.precision.values(), args.peak_size),
        vars(sizes))


def in_precision(precision: str, step: Callable[[], None]) -> Callable:
    """Step with TensorFloat-32 allowed or forbidden."""

    def run_step() -> None:
        set_tf32(precision)
        step()

    return run_step
