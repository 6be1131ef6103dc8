"""Export a checkpoint to ONNX: ``python tools/export_onnx.py CHECKPOINT``.

    python tools/export_onnx.py CHECKPOINT --shape 1 150 2048
    python tools/export_onnx.py CHECKPOINT --shape 1 8 3 224 224

Inputs are features ``(videos, frames, channels)``, or decoded frames
``(videos, frames, 3, height, width)``. Outputs are the scores of the classes.
The names of the classes are written to a file beside the model.
"""
import argparse
from pathlib import Path

from arguments import add_inferencer_arguments


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description='Export to ONNX')
    add_inferencer_arguments(parser)
    parser.add_argument(
        '--shape',
        nargs='+',
        type=int,
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
    import torch

    from projects_move.apis.config_utils import parse_cfg_options
    from projects_move.apis.inferencer import LongTailInferencer
    from projects_move.apis.onnx_export import InferenceModule, export_onnx

    out = args.out or Path(args.checkpoint).with_suffix('.onnx')
    try:
        inferencer = LongTailInferencer(args.checkpoint, args.config, 'cpu',
                                        parse_cfg_options(args.cfg_options))
        export_onnx(inferencer.model, out, args.shape, not args.no_backbone)
    except (ImportError, OSError, ValueError) as error:
        raise SystemExit(f'error: {error}') from error
    names = out.with_suffix('.classes.txt')
    names.write_text('\n'.join(inferencer.classes) + '\n')
    print(f'written: {out} and {names}')
    try:
        import onnxruntime
    except ImportError:
        print('not compared with PyTorch: onnxruntime is not installed')
        return
    path = InferenceModule(inferencer.model, not args.no_backbone)
    inputs = torch.rand(*args.shape)
    with torch.no_grad():
        expected = path(inputs).numpy()
    session = onnxruntime.InferenceSession(
        str(out), providers=['CPUExecutionProvider'])
    scores, = session.run(None, {'inputs': inputs.numpy()})
    print('largest difference from PyTorch: '
          f'{abs(scores - expected).max():.1e}')


if __name__ == '__main__':
    main()
