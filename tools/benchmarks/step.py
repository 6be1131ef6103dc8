"""A training step of MOVE: forward, backward, Adam, drawn masks included.

    python tools/benchmarks/step.py --out step.json
    python tools/benchmarks/step.py --device cuda --compile

The textbook form is compared in float32; bfloat16 stands beside its own.
"""
import torch
from comparing import Case
from forms import Sizes, Work
from limits import DTYPES, count_flop, limits, set_tf32, step_bytes
from measuring import measure, parser


def main() -> None:
    arguments = parser(__doc__.splitlines()[0], repeats=5)
    Sizes.add_to(arguments)
    arguments.add_argument(
        '--precisions',
        nargs='+',
        choices=list(DTYPES),
        default=['float32', 'bfloat16'])
    arguments.add_argument(
        '--compile', action='store_true', help='torch.compile of ours too')
    args = arguments.parse_args()
    torch.set_num_threads(args.threads)
    sizes = Sizes.of(args)
    work = Work(sizes, args.device)

    theirs, forms, names = work.their_model(), {}, {}
    for precision in ('float32', *args.precisions):
        name = f'textbook, {precision}'
        forms[name] = exact(precision, work.their_step(theirs, precision))
        names[name] = precision
    ours = work.our_model()
    for precision in args.precisions:
        name = f'ours, {precision}'
        forms[name] = exact(precision, work.our_step(ours, precision))
        names[name] = precision
    if args.compile:
        compiled = work.our_model()
        compiled.compile()
        for precision in args.precisions:
            name = f'ours, {precision}, compiled'
            forms[name] = exact(precision, work.our_step(compiled, precision))
            names[name] = precision

    flop = {}
    for kind, step in (('textbook', forms['textbook, float32']),
                       ('ours', forms[f'ours, {args.precisions[0]}'])):
        count = count_flop(step)
        flop.update({name: count for name in forms if name.startswith(kind)})
    moved = {
        name:
        step_bytes(ours, sizes.batch, 2, sizes.frames, sizes.channels,
                   sizes.clusters, DTYPES[names[name]].itemsize)
        for name in forms if name.startswith('ours')
    }
    measure('step', args,
            [Case('step', forms, sizes.batch, flop, moved, names)],
            limits(args.device, names.values()), vars(sizes))


def exact(precision: str, step):
    """A step in a precision that is set before."""

    def run() -> None:
        set_tf32(precision)
        step()

    return run


if __name__ == '__main__':
    main()
