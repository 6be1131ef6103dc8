"""The idea of MOVE on two-dimensional videos.

    python tools/analysis/toy.py --out toy.svg

This is Fig. 3 of the paper, with the functions that a training uses: a small
classifier learns a frequent and a rare class without and with MOVE.
"""
import argparse

from picture_arguments import add_output, add_seed, report


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    add_seed(parser)
    add_output(parser)
    return parser.parse_args()


def draw_toy(args: argparse.Namespace) -> None:
    from projects_move.apis.analysis.toy_boundary import toy_boundary
    from projects_move.apis.analysis.toy_picture import draw_toy
    result = toy_boundary(args.seed)
    for name, (frequent, rare) in zip(('without', 'with'), result.accuracy):
        print(f'{name} MOVE: accuracy {frequent:.3f} of the frequent class, '
              f'{rare:.3f} of the rare class')
    draw_toy(result, args.out, args.size)
    report(args.out)


def main() -> None:
    args = parse_args()
    from projects_move.apis.tool_errors import exit_on_input_error
    with exit_on_input_error():
        draw_toy(args)


if __name__ == '__main__':
    main()
