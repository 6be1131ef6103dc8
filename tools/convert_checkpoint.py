"""Convert a checkpoint of the released MOVE code to one of this project.

    python tools/convert_checkpoint.py ckpt.best.pth.tar move.pth \
        --class-counts data/videolt/labels/count-labels-train.lst
"""
import argparse
from pathlib import Path


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Convert a released MOVE checkpoint')
    parser.add_argument('source', type=Path, help='released checkpoint')
    parser.add_argument('target', type=Path, help='checkpoint to write')
    parser.add_argument(
        '--method',
        choices=['move', 'baseline-agg'],
        default='move',
        help='method that the checkpoint was trained with')
    parser.add_argument(
        '--class-counts',
        type=Path,
        help='file of "name index count" lines: adds the class counts to '
        'the checkpoint, which group the results')
    return parser.parse_args()


def main() -> None:
    args = parse_args()
    from projects_move.apis.checkpoint_conversion import convert_file
    from projects_move.apis.tool_errors import exit_on_input_error
    with exit_on_input_error():
        count = convert_file(args.source, args.target, args.method,
                             args.class_counts)
        print(f'wrote {count} tensors to {args.target}')


if __name__ == '__main__':
    main()
