"""The way from inputs to scores as an ONNX model."""
import importlib.util
import inspect
import warnings
from pathlib import Path
from typing import Sequence, Union

import torch
from torch import Tensor, nn

from projects_move.models.backbones import IdentityBackbone
from projects_move.models.heads.long_tail_head import ACTIVATIONS
from projects_move.models.recognizers import shifted_frames


class InferencePath(nn.Module):
    """What a recognizer does in a test, as a function of one tensor.

    Args:
        model: A ``MOVERecognizer`` with one of our heads.
        with_backbone: Whether it takes what the backbone takes: frames
            ``(B, T, 3, H, W)`` or clips, values from 0 to 255, as decoded.
            Otherwise features ``(B, T, C)``.
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
            inputs = self._prepare(inputs)
        if self.with_backbone:
            frames = model.frame_features(inputs.flatten(0, 1))
            frames = frames.unflatten(0, inputs.shape[:2])  # (B, T, C)
        else:
            frames = inputs
        if model.with_neck:
            frames = model.neck(frames)  # (B, V, D)
        return ACTIVATIONS[model.cls_head.activation](model.cls_head(frames))

    def _prepare(self, inputs: Tensor) -> Tensor:
        """What the data preprocessor does to values."""
        prepare = self.model.data_preprocessor
        if getattr(prepare, 'to_rgb', False):
            inputs = inputs.flip(2)
        if getattr(prepare, 'mean', None) is not None:
            inputs = (inputs - prepare.mean) / prepare.std
        return inputs


def export_onnx(model: nn.Module,
                file: Union[str, Path],
                shape: Sequence[int],
                with_backbone: bool = True) -> None:
    """Write an ONNX model of the inputs ``inputs`` and the outputs
    ``scores``.

    The number of videos is free, and so is that of the frames but where the
    backbone shifts between them.

    Args:
        model: A ``MOVERecognizer``.
        file: Where to.
        shape: Of an input, ``(B, T, C)`` or ``(B, T, 3, ...)``; the other
            sizes are fixed. B and T at least 2.
        with_backbone: See :class:`InferencePath`.

    Raises:
        ImportError: Where torch's exporter misses onnx or onnxscript.
        ValueError: For a shape that the model does not take.
    """
    path = InferencePath(model, with_backbone)
    example = _example(path, shape)
    shifts = path.with_backbone and hasattr(model.backbone, 'num_segments')
    options = dict(input_names=['inputs'], output_names=['scores'])
    if 'dynamic_shapes' in inspect.signature(torch.onnx.export).parameters:
        _need('onnx', 'onnxscript')
        dim = torch.export.Dim
        free = {0: dim('videos', min=1, max=2**16)}
        if not shifts:
            free[1] = dim('frames', min=1, max=2**16)
        options.update(dynamo=True, dynamic_shapes=dict(inputs=free))
    else:  # torch < 2.5
        _need('onnx')
        free = {0: 'videos'} if shifts else {0: 'videos', 1: 'frames'}
        options.update(dynamic_axes=dict(inputs=free, scores={0: 'videos'}))
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')  # of the exporter, about itself
        torch.onnx.export(path, (example, ), str(file), **options)


def _example(path: InferencePath, shape: Sequence[int]) -> Tensor:
    """Inputs of a shape that the model has been seen to take."""
    segments = shifted_frames(path.model.backbone) if path.with_backbone else 1
    try:
        if shape[1] % segments:
            raise ValueError(f'the backbone shifts among {segments} frames')
        parameter = next(path.model.parameters())
        example = torch.zeros(*shape, device=parameter.device)
        with torch.no_grad():
            path(example)
    except Exception as error:  # layers raise whatever they like
        raise ValueError('the model does not take inputs of the shape '
                         f'{tuple(shape)}: {error}') from error
    return example


def _need(*packages: str) -> None:
    missing = [
        name for name in packages if importlib.util.find_spec(name) is None
    ]
    if missing:
        raise ImportError(f"the export needs {' and '.join(missing)}: pip "
                          "install 'projects_move[onnx]'")
