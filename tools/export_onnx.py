"""Export a checkpoint to ONNX: ``python tools/export_onnx.py CHECKPOINT``.

    python tools/export_onnx.py CHECKPOINT --shape 1 150 2048
    python tools/export_onnx.py CHECKPOINT --shape 1 8 3 224 224

Inputs are features ``(videos, frames, channels)``, or frames as decoded,
``(videos, frames, 3, height, width)``; the output are the scores of the
classes, whose names are written beside the model.
"""
import argparse
from pathlib import Path

import torch
from mmengine.config import DictAction

from projects_move.apis.inferencer import LongTailInferencer
from projects_move.apis.onnx_export import InferenceModule, export_onnx


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description='Export to ONNX')
    parser.add_argument('checkpoint')
    parser.add_argument(
        '--shape',
        nargs='+',
        type=int,
        required=True,
        help='of an input; videos and frames stay free')
    parser.add_argument('--out', type=Path, help='by default CHECKPOINT.onnx')
    parser.add_argument('--config', help="in place of the checkpoint's own")
    parser.add_argument(
        '--no-backbone',
        action='store_true',
        help='take the features of a backbone that is left out')
    parser.add_argument('--cfg-options', nargs='+', action=DictAction)
    args = parser.parse_args()
    if len(args.shape) not in (3, 5, 6):
        parser.error('--shape has 3, 5 or 6 sizes')
    args.shape = [
        max(args.shape[0], 2),
        max(args.shape[1], 2), *args.shape[2:]
    ]
    return args


def main() -> None:
    args = parse_args()
    out = args.out or Path(args.checkpoint).with_suffix('.onnx')
    try:
        inferencer = LongTailInferencer(args.checkpoint, args.config, 'cpu',
                                        args.cfg_options)
        export_onnx(inferencer.model, out, args.shape, not args.no_backbone)
    except (ImportError, OSError, ValueError) as error:
        raise SystemExit(f'error: {error}') from error
    names = out.with_suffix('.classes.txt')
    names.write_text('\n'.join(inferencer.classes) + '\n')
    print(f'written: {out} and {names}')
    try:
        import onnxruntime
    except ImportError:
        print('not compared with PyTorch: there is no onnxruntime')
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
