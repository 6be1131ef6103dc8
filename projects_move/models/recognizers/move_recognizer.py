"""Recognizer with any backbone, necks with views, and any head."""
from typing import Dict, Iterable, List, Optional, Tuple, Union

import torch
from jaxtyping import Bool, Float
from mmaction.models.recognizers.base import BaseRecognizer
from mmaction.registry import MODELS
from torch import Tensor, nn

from projects_move.errors import InputError
from projects_move.structures import field_of
from ..backbones import (frame_channels, frame_features, library_config,
                         require_preprocessing)
from ..class_counts import move_head_counts
from ..collectives import mean_over_ranks
from ..necks import stack_frame_masks
from .frame_draws import FrameDraws


@MODELS.register_module()
class MOVERecognizer(BaseRecognizer):
    """Recognizer with a neck from frames to views.

    Inputs are cached features ``(B, T, C)`` for ``IdentityBackbone``, frames
    ``(B, T, 3, H, W)`` for a 2D backbone, or clips ``(B, T, 3, t, H, W)`` for
    a 3D backbone, where each clip counts as a frame. Without a neck, each
    frame is a view.

    A head with the attribute ``accepts_views`` gets views ``(B, V, D)``. Other
    heads get the views as positions in space, which their pooling averages.

    Args:
        backbone: Config of the backbone.
        cls_head: Config of the head. If ``in_channels`` is missing or None,
            the head is built for the output of the neck.
        neck: Config of the neck, or None.
        freeze_backbone: Whether the backbone has no gradients, no updates of
            running statistics and no dropout.
        max_frames: Maximum number of frames or clips in one forward pass of
            the backbone without gradient.
        init_cfg: Initialization of the recognizer. The type ``Pretrained``
            loads the checkpoint of a recognizer. Use it for backbones that
            have no ``init_cfg`` or ignore it: ``X3D``, ``ResNet3d`` and its
            subclasses, ``ResNet3dSlowFast``.
        test_draws: ``dict(num_draws=8, num_frames=60)``: a test averages the
            logits of so many random subsets of so many frames of each video.
            None is one view of all frames, without randomness.
        kwargs: Arguments of ``BaseRecognizer`` of MMAction2.
    """

    def __init__(self,
                 backbone: dict,
                 cls_head: Optional[dict] = None,
                 neck: Optional[dict] = None,
                 freeze_backbone: bool = False,
                 max_frames: int = 256,
                 init_cfg: Union[dict, List[dict], None] = None,
                 test_draws: Optional[dict] = None,
                 **kwargs) -> None:
        super().__init__(library_config(backbone), **kwargs)
        self.init_cfg = init_cfg
        self.max_frames = max_frames
        if neck is not None:
            self.neck = MODELS.build(neck)
        if cls_head is not None:
            if cls_head.get('in_channels') is None and neck is not None:
                cls_head = {**cls_head, 'in_channels': self.neck.out_channels}
            self.cls_head = MODELS.build(cls_head)
        self.freeze_backbone = freeze_backbone
        if freeze_backbone:
            self.backbone.requires_grad_(False)
        num_classes = getattr(
            getattr(self, 'cls_head', None), 'num_classes', 0)
        # set by ClassCountsHook, saved in the checkpoint
        self.register_buffer('class_counts',
                             torch.zeros(num_classes, dtype=torch.int64))
        channels = getattr(getattr(self, 'neck', None), 'out_channels', None)
        expected = getattr(
            getattr(self, 'cls_head', None), 'in_channels', channels)
        if channels is not None and channels != expected:
            raise ValueError(
                f'cls_head has in_channels={expected}, but the neck returns '
                f'{channels} channels')
        takes = getattr(self, 'cls_head', None) if neck is None else neck
        in_channels = getattr(takes, 'in_channels', None)
        self.frame_channels = frame_channels(
            self.backbone,
            in_channels if isinstance(in_channels, int) else None)
        require_preprocessing(self.backbone, self.data_preprocessor)
        self.test_draws = None
        if test_draws is not None:
            self.test_draws = FrameDraws(**test_draws)
            if neck is None or self.neck.keeps_frames:
                raise ValueError('test_draws expects a neck that aggregates '
                                 'frames: each frame is a view without it')

    def init_weights(self) -> None:
        super().init_weights()
        # some backbones know it from their weights only
        require_preprocessing(self.backbone, self.data_preprocessor)

    def _load_from_state_dict(self, state_dict: Dict, prefix: str, *args,
                              **kwargs) -> None:
        move_head_counts(state_dict, prefix)
        super()._load_from_state_dict(state_dict, prefix, *args, **kwargs)
        if prefix + 'class_counts' in state_dict and self.class_counts.any():
            for module in self.modules():  # what heads derive from the counts
                if hasattr(module, 'set_class_counts'):
                    module.set_class_counts(self.class_counts.cpu())

    def train(self, mode: bool = True) -> 'MOVERecognizer':
        super().train(mode)
        if self.freeze_backbone:
            self.backbone.eval()
        return self

    def extract_frames(self,
                       inputs: Float[Tensor,
                                     'B T ...']) -> Float[Tensor, 'B T C']:
        """Features of the frames or clips of each video."""
        if inputs.ndim == 3:
            return self.backbone(inputs)
        if inputs.ndim not in (5, 6):
            raise ValueError(
                'expected features (B, T, C), frames (B, T, 3, H, W) or '
                f'clips (B, T, 3, t, H, W), got {tuple(inputs.shape)}')
        segments = shifted_frames(self.backbone)
        if inputs.shape[1] % segments:
            raise ValueError(
                f'{type(self.backbone).__name__} shifts channels among '
                f'{segments} frames, but {inputs.shape[1]} frames are not a '
                'multiple: sample another number of frames, or set '
                'num_segments of the backbone')
        images = inputs.flatten(0, 1)
        with torch.set_grad_enabled(torch.is_grad_enabled()
                                    and not self.freeze_backbone):
            if torch.is_grad_enabled() or self.backbone.training:
                frames = self.frame_features(images)
            else:  # in chunks, which limits the memory of long videos
                chunk = max(self.max_frames // segments, 1) * segments
                frames = torch.cat([
                    self.frame_features(some) for some in images.split(chunk)
                ])
        return frames.unflatten(0, inputs.shape[:2])  # (B, T, C)

    def frame_features(self, images: Float[Tensor,
                                           'N ...']) -> Float[Tensor, 'N C']:
        """Features of frames or clips."""
        if images.ndim == 4 and images.device.type == 'cpu' and \
                shifted_frames(self.backbone) == 1:  # shifts undo this
            images = images.contiguous(memory_format=torch.channels_last)
        return frame_features(
            self.backbone(images), self.backbone, len(images),
            self.frame_channels)

    def extract_feat(self,
                     inputs: Tensor,
                     stage: str = 'neck',
                     data_samples: Optional[Iterable] = None,
                     valid: Optional[Bool[Tensor, 'B T']] = None,
                     draws: Optional[FrameDraws] = None,
                     **kwargs) -> Tuple[Tensor, Dict]:
        """Features up to a stage, and further arguments of the head.

        Args:
            inputs: See the class.
            stage: ``'backbone'`` returns features of the frames ``(B, T, C)``,
                ``'neck'`` the input of the head, ``'head'`` logits ``(B, S)``.
            data_samples: Data samples with the frame masks of the views; None
                is one view of all frames.
            valid: False for padding.
            draws: Random views of the frames instead of the frame masks.
        """
        frames = self.extract_frames(inputs)
        if stage == 'backbone':
            return frames, {}
        self._check_channels(frames, data_samples)
        head_kwargs = {}
        if self.with_neck:
            masks = stack_frame_masks(data_samples, frames, valid)
            if draws is not None:
                masks = masks._replace(views=draws(frames, valid))
            x = self.neck(frames, masks)  # (B, V, D)
        else:
            x = frames
        keeps_frames = not self.with_neck or getattr(self.neck, 'keeps_frames',
                                                     False)
        if keeps_frames and valid is not None:
            head_kwargs['valid'] = valid
        if self.with_cls_head and not getattr(self.cls_head, 'accepts_views',
                                              False):
            if 'valid' in head_kwargs:
                raise InputError(
                    f'{type(self.cls_head).__name__} would average the '
                    'padding of short videos: use a neck, sample the same '
                    'number of frames from each video, or use LongTailHead')
            x = self._views_in_space(x)
            head_kwargs['num_segs'] = 1
        if stage == 'head':
            return self.cls_head(x, **head_kwargs), head_kwargs
        return x, head_kwargs

    def _check_channels(self, frames: Float[Tensor, 'B T C'],
                        data_samples: Optional[Iterable]) -> None:
        takes = self.neck if self.with_neck else getattr(
            self, 'cls_head', None)
        found, expected = frames.shape[-1], getattr(takes, 'in_channels', None)
        if expected in (None, found):
            return
        names = field_of(data_samples, 'video_id')
        video = f' of video {names[0]}' if names else ''
        raise InputError(
            f'the frames{video} have {found} channels, but in_channels of '
            f'the model is {expected}: use the backbone or the features that '
            'the model was made for, or set model.neck.in_channels '
            f'(model.cls_head.in_channels without neck) to {found}')

    def _views_in_space(self, x: Float[Tensor,
                                       'B V D']) -> Float[Tensor, 'B D V ...']:
        x = x.transpose(1, 2).unsqueeze(-1)  # (B, D, V, 1)
        pool = getattr(self.cls_head, 'avg_pool', None)
        return x.unsqueeze(-1) if isinstance(pool, nn.AdaptiveAvgPool3d) else x

    def loss(self, inputs: Tensor, data_samples: Iterable, **kwargs) -> Dict:
        feats, head_kwargs = self.extract_feat(
            inputs, data_samples=data_samples, **kwargs)
        return self.cls_head.loss(feats, data_samples, **head_kwargs)

    def parse_losses(self, losses: Dict) -> Tuple[Tensor, Dict]:
        """Loss of this rank, and values for the log, of all ranks."""
        loss, values = super().parse_losses(losses)
        return loss, mean_over_ranks(values)

    def predict(self, inputs: Tensor, data_samples: Iterable,
                **kwargs) -> Iterable:
        feats, head_kwargs = self.extract_feat(
            inputs, draws=self.test_draws, **kwargs)
        return self.cls_head.predict(feats, data_samples, **head_kwargs)

    def _forward(self,
                 inputs: Tensor,
                 stage: str = 'head',
                 **kwargs) -> Union[Tensor, Tuple]:
        return self.extract_feat(inputs, stage=stage, **kwargs)[0]


def shifted_frames(backbone: nn.Module) -> int:
    """Number of frames among which a 2D backbone shifts channels, else 1."""
    return getattr(backbone, 'num_segments', None) or 1
