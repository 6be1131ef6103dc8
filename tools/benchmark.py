"""Times this implementation of MOVE against its textbook form.

    python tools/benchmark.py step --out step.json
    python tools/benchmark.py step --device cuda --compile
    python tools/benchmark.py loader --cold

Prints a table and, with ``--out``, writes the figures as JSON.
"""
import importlib

from benchmarks.arguments import make_parser


def main() -> None:
    args = make_parser(__doc__).parse_args()
    # imported after parsing, so that --help is fast
    import torch
    torch.set_num_threads(args.threads)
    benchmark = importlib.import_module(f'benchmarks.{args.benchmark}')
    benchmark.run(args)


if __name__ == '__main__':
    main()
