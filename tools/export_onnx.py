"""Export a checkpoint to ONNX: ``python tools/export_onnx.py CHECKPOINT``.

    python tools/export_onnx.py CHECKPOINT --shape 1 150 2048
    python tools/export_onnx.py CHECKPOINT --shape 1 8 3 224 224

Inputs are features ``(videos, frames, channels)``, or decoded frames
``(videos, frames, 3, height, width)``. Outputs are the scores of the classes.
The names of the classes are written to a file beside the model.
"""
import argparse
from pathlib import Path

from arguments import add_inferencer_arguments, integer_from


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description='Export to ONNX')
    add_inferencer_arguments(parser)
    parser.add_argument(
        '--shape',
        nargs='+',
        type=integer_from(1),
        required=True,
        help='shape of the inputs; the numbers of videos and frames stay '
        'dynamic')
    parser.add_argument('--out', type=Path, help='by default CHECKPOINT.onnx')
    parser.add_argument(
        '--no-backbone',
        action='store_true',
        help='export without the backbone; inputs are its features')
    args = parser.parse_args()
    if len(args.shape) not in (3, 5, 6):
        parser.error('expected 3, 5 or 6 sizes after --shape, got '
                     f'{len(args.shape)}')
    args.shape = [*(max(size, 2) for size in args.shape[:2]), *args.shape[2:]]
    return args


def main() -> None:
    args = parse_args()
    from projects_move.apis.onnx_export import export_checkpoint
    from projects_move.apis.tool_errors import exit_on_input_error
    with exit_on_input_error():
        export_checkpoint(args)


if __name__ == '__main__':
    main()
