"""Backbone of an extraction: images in, features out."""
import os
from contextlib import nullcontext
from typing import (ContextManager, Iterable, Iterator, List, NamedTuple,
                    Optional, Tuple, Union)

import torch
from mmaction.registry import MODELS
from mmengine.structures import BaseDataElement
from torch import Tensor, nn

from projects_move.errors import InputError
from projects_move.utils.malloc import keep_freed_memory
from .backbone_weights import load_backbone, strip_pretrained
from .job import ExtractionJob
from .row_batches import Part

PRECISIONS = ('auto', 'float32', 'bfloat16', 'float16')


class Embedder:
    """Backbone of a recognizer in evaluation mode.

    Args:
        model: A ``MOVERecognizer``.
        precision: Float type of the backbone: one of ``PRECISIONS``. Weights
            stay float32, layers run under autocast. ``'auto'`` is bfloat16 on
            a GPU that has it, float16 on an older one, float32 on a CPU.

    Attributes:
        precision: The float type.
    """

    def __init__(self, model: nn.Module, precision: str = 'auto') -> None:
        self.model = model.eval()
        self.device = next(
            (weight.device for weight in model.backbone.parameters()),
            torch.device('cpu'))
        self.precision = precision if precision != 'auto' else \
            _fastest(self.device)
        if self.device.type == 'cuda':  # of the weights; frames follow them
            self.model.backbone.to(memory_format=torch.channels_last)

    @torch.inference_mode()
    def __call__(self, images: Tensor, sample: BaseDataElement) -> Tensor:
        """Features of images or clips, on the device.

        Args:
            images: uint8 ``(N, 3, H, W)`` or ``(N, 3, t, H, W)``.
            sample: Data sample of one of the videos.

        Returns:
            Features ``(N, C)``.
        """
        data = dict(inputs=[images], data_samples=[sample])
        data = self.model.data_preprocessor(data, training=False)
        with self._autocast():
            return self.model.extract_frames(data['inputs'])[0]

    def embed(
        self, batches: Iterable[List[Part]]
    ) -> Iterator[Tuple[Part, Union[Tensor, Exception]]]:
        """Features ``(n, C)`` of each part, in their order, or the error of
        its images.

        Args:
            batches: Parts of a forward pass. Their owners have the attribute
                ``sample``, a data sample.
        """
        before: List[_Started] = []
        for parts in batches:  # a GPU computes while the next batch is loaded
            started = self._start(parts)
            yield from _finish(before)
            before = started
        yield from _finish(before)

    def _start(self, parts: List[Part]) -> List['_Started']:
        """Start a forward pass. If it fails, each part is tried alone."""
        try:
            return [self._forward(parts)]
        except Exception as error:  # layers raise errors of any type
            if len(parts) == 1:
                return [_Started(parts, error)]
        return [each for part in parts for each in self._start([part])]

    def _forward(self, parts: List[Part]) -> '_Started':
        images = parts[0].images
        if len(parts) > 1:
            images = torch.cat([part.images for part in parts])
        on_gpu = self.device.type == 'cuda'
        if on_gpu:
            images = images.pin_memory().to(self.device, non_blocking=True)
        features = self(images, parts[0].owner.sample).float()
        if not on_gpu:
            return _Started(parts, features)
        rows = torch.empty(
            features.shape, dtype=features.dtype, pin_memory=True)
        rows.copy_(features, non_blocking=True)
        copied = torch.cuda.Event()
        # of the backbone's device, which need not be the current one
        copied.record(torch.cuda.current_stream(self.device))
        return _Started(parts, rows, copied)

    def _autocast(self) -> ContextManager:
        if self.precision == 'float32':
            return nullcontext() if self.device.type == 'cpu' else \
                torch.backends.cudnn.flags(enabled=True, allow_tf32=False)
        return torch.autocast(self.device.type, getattr(torch, self.precision))


class _Started(NamedTuple):
    """Forward pass that may not be finished.

    Attributes:
        parts: Its images.
        rows: Features in the memory of the host, or the error.
        copied: Event of the GPU after which the features are there.
    """
    parts: List[Part]
    rows: Union[Tensor, Exception]
    copied: Optional[torch.cuda.Event] = None


def _finish(passes: List[_Started]
            ) -> Iterator[Tuple[Part, Union[Tensor, Exception]]]:
    for parts, rows, copied in passes:
        if copied is not None:
            copied.synchronize()
        if isinstance(rows, Exception):
            yield from ((part, rows) for part in parts)
        else:
            yield from zip(parts, rows.split([len(p.images) for p in parts]))


def _fastest(device: torch.device) -> str:
    if device.type != 'cuda':
        return 'float32'
    return 'bfloat16' if torch.cuda.is_bf16_supported() else 'float16'


def _no_report() -> None:
    """Report of MMEngine about the initialization, left out."""


def build_embedder(job: ExtractionJob) -> Embedder:
    """Backbone of a job with its weights, on the GPU of this process if there
    is one.

    Raises:
        InputError: For weights that cannot be loaded.
    """
    torch.manual_seed(job.seed)  # for backbones without pretrained weights
    recognizer = dict(job.recognizer)
    if job.checkpoint:
        recognizer['backbone'] = strip_pretrained(recognizer['backbone'])
    model = MODELS.build(recognizer)
    if job.checkpoint:
        load_backbone(model.backbone, job.checkpoint)
    else:
        model._dump_init_info = _no_report  # a line for each parameter
        try:
            model.init_weights()
        except InputError:
            raise
        except OSError as error:  # no such file, or no network
            raise InputError('the pretrained weights of the config cannot be '
                             f'loaded: {error}') from error
    if torch.cuda.is_available():
        device = f"cuda:{os.environ.get('LOCAL_RANK', 0)}"
    else:
        device = 'cpu'
        keep_freed_memory()
    return Embedder(model.to(device), job.precision)
