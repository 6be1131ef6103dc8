"""Export of a recognizer to ONNX."""
import argparse
import importlib.util
import os
import tempfile
import warnings
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, Sequence, Union

import torch
from torch import Tensor, nn

from projects_move.apis.configs.cfg_options import parse_cfg_options
from projects_move.apis.prediction.inferencer import LongTailInferencer
from projects_move.errors import InputError
from projects_move.file_io import atomic_write
from projects_move.models.backbones import IdentityBackbone
from projects_move.models.heads.long_tail_head import ACTIVATIONS
from projects_move.models.recognizers import shifted_frames
from projects_move.utils.escape import one_line


class InferenceModule(nn.Module):
    """Inference of a recognizer, as a module of one tensor.

    Args:
        model: A ``MOVERecognizer`` with a head of this project, which is put
            into evaluation mode.
        with_backbone: Whether the inputs are decoded frames ``(B, T, 3, H,
            W)`` or clips, with values from 0 to 255. Otherwise they are
            features ``(B, T, C)``.
    """

    def __init__(self, model: nn.Module, with_backbone: bool = True) -> None:
        super().__init__()
        self.model = model.eval()
        self.from_features = isinstance(model.backbone, IdentityBackbone)
        self.with_backbone = with_backbone and not self.from_features

    def forward(self, inputs: Tensor) -> Tensor:
        """Scores ``(B, S)``."""
        model = self.model
        if self.with_backbone or self.from_features:
            inputs = self._normalize(inputs)
        if self.with_backbone:
            frames = model.frame_features(inputs.flatten(0, 1))
            frames = frames.unflatten(0, inputs.shape[:2])  # (B, T, C)
        else:
            frames = inputs
        if model.with_neck:
            frames = model.neck(frames)  # (B, V, D)
        return ACTIVATIONS[model.cls_head.activation](model.cls_head(frames))

    def _normalize(self, inputs: Tensor) -> Tensor:
        """Inputs with the channel order and scale of the data preprocessor."""
        preprocessor = self.model.data_preprocessor
        if getattr(preprocessor, 'to_rgb', False):
            inputs = inputs.flip(2)
        if getattr(preprocessor, 'mean', None) is not None:
            inputs = (inputs - preprocessor.mean) / preprocessor.std
        return inputs


def export_onnx(model: nn.Module,
                file: Union[str, Path],
                shape: Sequence[int],
                with_backbone: bool = True) -> None:
    """Write an ONNX model with the input ``inputs`` and the output
    ``scores``, and its weights beside it, in ``FILE.data``.

    The number of videos is dynamic. So is the number of frames, unless the
    backbone has temporal shifts. The other sizes are fixed.

    Args:
        model: A ``MOVERecognizer``.
        file: File of the ONNX model.
        shape: Shape of the inputs, ``(B, T, C)`` or ``(B, T, 3, ...)``, with
            B and T at least 2.
        with_backbone: See :class:`InferenceModule`.

    Raises:
        ImportError: If packages of torch's exporter are missing.
        InputError: For a shape that the model does not accept, and files that
            cannot be written; none of them is then changed.
    """
    module = InferenceModule(model, with_backbone)
    segments = shifted_frames(model.backbone) if module.with_backbone else 1
    example = _example(module, shape, segments)
    _require('onnx', 'onnxscript')
    dim = torch.export.Dim
    dynamic = {0: dim('videos', min=1, max=2**16)}
    if segments == 1:
        dynamic[1] = dim('frames', min=1, max=2**16)
    with _replaced_files(Path(file)) as draft, warnings.catch_warnings():
        warnings.simplefilter('ignore')  # the exporter's own deprecations
        torch.onnx.export(
            module, (example, ),
            str(draft),
            input_names=['inputs'],
            output_names=['scores'],
            dynamo=True,
            dynamic_shapes=dict(inputs=dynamic))


@contextmanager
def _replaced_files(file: Path) -> Iterator[Path]:
    """File of the same name in a new folder. After the block, all files there
    replace those beside ``file``, which is the last."""
    try:
        with tempfile.TemporaryDirectory(
                prefix='.onnx', dir=file.parent) as folder:
            draft = Path(folder, file.name)
            yield draft
            for path in sorted(draft.parent.iterdir(), key=draft.__eq__):
                os.replace(path, file.with_name(path.name))
    except OSError as error:  # numpy's have no number
        raise InputError(f'{file} cannot be written: {error}') from error


def _example(module: InferenceModule, shape: Sequence[int],
             segments: int) -> Tensor:
    """Inputs of a shape that the model accepts."""
    try:
        if shape[1] % segments:
            raise ValueError(f'the backbone shifts among {segments} frames')
        parameter = next(module.parameters())
        example = torch.zeros(*shape, device=parameter.device)
        with torch.no_grad():
            module(example)
    except Exception as error:  # layers raise errors of any type
        raise InputError('the model does not accept inputs of the shape '
                         f'{tuple(shape)}: {error}') from error
    return example


def _require(*packages: str) -> None:
    missing = [
        name for name in packages if importlib.util.find_spec(name) is None
    ]
    if missing:
        raise ImportError(f"the export needs {' and '.join(missing)}: pip "
                          "install 'projects_move[onnx]'")


def export_checkpoint(args: argparse.Namespace) -> None:
    """Export by the arguments of ``export_onnx.py``.

    The names of the classes go to ``OUT.classes.txt``, one a line, with the
    characters of a line break and a backslash as in a string of Python.

    Raises:
        InputError: For a faulty checkpoint or shape, and if packages of
            torch's exporter are missing.
    """
    out = args.out or Path(args.checkpoint).with_suffix('.onnx')
    inferencer = LongTailInferencer(args.checkpoint, args.config, 'cpu',
                                    parse_cfg_options(args.cfg_options))
    model, with_backbone = inferencer.model, not args.no_backbone
    try:
        export_onnx(model, out, args.shape, with_backbone)
    except ImportError as error:
        raise InputError(str(error)) from error
    names = out.with_suffix('.classes.txt')
    with atomic_write(names) as draft:
        draft.write_text(
            ''.join(f'{one_line(name)}\n' for name in inferencer.classes),
            encoding='utf-8')
    print(f'written: {out}, {out.name}.data and {names}')
    _compare(model, out, args.shape, with_backbone)


def _compare(model: nn.Module, file: Path, shape: Sequence[int],
             with_backbone: bool) -> None:
    """Print the largest difference between the scores of both models."""
    try:
        import onnxruntime
    except ImportError:
        print('not compared with PyTorch: onnxruntime is not installed')
        return
    inputs = torch.rand(*shape)
    with torch.no_grad():
        expected = InferenceModule(model, with_backbone)(inputs).numpy()
    session = onnxruntime.InferenceSession(
        str(file), providers=['CPUExecutionProvider'])
    scores, = session.run(None, {'inputs': inputs.numpy()})
    print('largest difference from PyTorch: '
          f'{abs(scores - expected).max():.1e}')
