"""From frames to predictions: any backbone, necks of views, any head."""
from typing import Dict, List, Optional, Sequence, Tuple, Union

import torch
from mmaction.models.recognizers.base import BaseRecognizer
from mmaction.registry import MODELS
from torch import Tensor, nn

from ..necks import stack_frame_masks


@MODELS.register_module()
class MOVERecognizer(BaseRecognizer):
    """Recognizer whose neck sees the frames and the views of each video.

    Inputs are cached features ``(B, T, C)`` for ``IdentityBackbone``, frames
    ``(B, T, 3, H, W)`` for a 2D backbone, or clips ``(B, T, 3, t, H, W)`` for
    a 3D one, where each clip counts as a frame. Without a neck the frames
    themselves are the views.

    A head that knows views (``accepts_views``) gets ``(B, V, D)``. Any other
    gets the views as positions in space, which it averages when it pools.

    Args:
        max_frames: Frames or clips that go through the backbone at a time
            where no gradient is kept: frozen, or in a test.
        cls_head: Without ``in_channels``, or with None, it is built for what
            the neck makes.
        neck: See above.
        freeze_backbone: Keep the backbone as it was loaded: no gradient, no
            running statistics, no dropout.
        kwargs: Of MMAction2's ``BaseRecognizer``.
    """

    def __init__(self,
                 backbone: dict,
                 cls_head: Optional[dict] = None,
                 neck: Optional[dict] = None,
                 freeze_backbone: bool = False,
                 max_frames: int = 256,
                 **kwargs) -> None:
        super().__init__(backbone, **kwargs)
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
        # what ClassCountsHook fills; it travels in the checkpoint
        self.register_buffer('class_counts',
                             torch.zeros(num_classes, dtype=torch.int64))
        made = getattr(getattr(self, 'neck', None), 'out_channels', None)
        wanted = getattr(getattr(self, 'cls_head', None), 'in_channels', made)
        if made is not None and made != wanted:
            raise ValueError(
                f'the neck makes features of {made} channels, but cls_head '
                f'was configured with in_channels={wanted}')

    def train(self, mode: bool = True) -> 'MOVERecognizer':
        super().train(mode)
        if self.freeze_backbone:
            self.backbone.eval()
        return self

    def extract_frames(self, inputs: Tensor) -> Tensor:
        """Features of the frames or clips of each video, ``(B, T, C)``."""
        if inputs.ndim == 3:
            return self.backbone(inputs)
        if inputs.ndim not in (5, 6):
            raise ValueError(
                'expected features (B, T, C), frames (B, T, 3, H, W) or '
                f'clips (B, T, 3, t, H, W), got {tuple(inputs.shape)}')
        segments = shifted_frames(self.backbone)
        if inputs.shape[1] % segments:
            raise ValueError(
                f'{type(self.backbone).__name__} shifts among {segments} '
                f'frames, {inputs.shape[1]} are no multiple: sample others, '
                'or set num_segments of the backbone')
        images = inputs.flatten(0, 1)
        with torch.set_grad_enabled(torch.is_grad_enabled()
                                    and not self.freeze_backbone):
            if torch.is_grad_enabled() or self.backbone.training:
                frames = self.frame_features(images)
            else:  # in parts, which bounds the memory of long videos
                part = max(self.max_frames // segments, 1) * segments
                frames = torch.cat(
                    [self.frame_features(some) for some in images.split(part)])
        return frames.unflatten(0, inputs.shape[:2])  # (B, T, C)

    def frame_features(self, images: Tensor) -> Tensor:
        """Features of frames or clips, ``(N, C)``."""
        if images.ndim == 4 and images.device.type == 'cpu' and \
                shifted_frames(self.backbone) == 1:  # shifts would undo it
            images = images.contiguous(memory_format=torch.channels_last)
        maps = self._backbone_maps(images)
        return torch.cat([_pool(each) for each in maps], dim=-1)

    def _backbone_maps(self, images: Tensor) -> Tuple[Tensor, ...]:
        if self.backbone_from == 'timm':
            maps = self.backbone.forward_features(images)
        elif self.backbone_from == 'torchvision' and hasattr(
                self.backbone, 'features'):
            maps = self.backbone.features(images)
        else:
            maps = self.backbone(images)
        return tuple(maps) if isinstance(maps, (tuple, list)) else (maps, )

    def extract_feat(self,
                     inputs: Tensor,
                     stage: str = 'neck',
                     data_samples: Optional[List] = None,
                     valid: Optional[Tensor] = None,
                     **kwargs) -> Tuple[Tensor, Dict]:
        """Features up to a stage, and what the head has to know beside them.

        Args:
            inputs: See the class.
            stage: ``'backbone'`` returns ``(B, T, C)``, ``'neck'`` what the
                head gets, ``'head'`` the logits ``(B, S)``.
            data_samples: Their frame masks choose the views; None has one
                view of all frames.
            valid: bool ``(B, T)``, false for padding.
        """
        frames = self.extract_frames(inputs)
        if stage == 'backbone':
            return frames, {}
        head_kwargs = {}
        if self.with_neck:
            masks = stack_frame_masks(data_samples, frames, valid)
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
                raise ValueError(
                    f'{type(self.cls_head).__name__} would average the '
                    'padding of short videos: use a neck, sample a fixed '
                    'number of frames, or use LongTailHead')
            x = self._views_in_space(x)
            head_kwargs['num_segs'] = 1
        if stage == 'head':
            return self.cls_head(x, **head_kwargs), head_kwargs
        return x, head_kwargs

    def _views_in_space(self, x: Tensor) -> Tensor:
        x = x.transpose(1, 2).unsqueeze(-1)  # (B, D, V, 1)
        pool = getattr(self.cls_head, 'avg_pool', None)
        return x.unsqueeze(-1) if isinstance(pool, nn.AdaptiveAvgPool3d) else x

    def loss(self, inputs: Tensor, data_samples: List, **kwargs) -> Dict:
        feats, head_kwargs = self.extract_feat(
            inputs, data_samples=data_samples, **kwargs)
        return self.cls_head.loss(feats, data_samples, **head_kwargs)

    def predict(self, inputs: Tensor, data_samples: List, **kwargs) -> List:
        feats, head_kwargs = self.extract_feat(inputs, **kwargs)
        return self.cls_head.predict(feats, data_samples, **head_kwargs)

    def _forward(self,
                 inputs: Tensor,
                 stage: str = 'head',
                 **kwargs) -> Union[Tensor, Tuple]:
        return self.extract_feat(inputs, stage=stage, **kwargs)[0]


def shifted_frames(backbone: nn.Module) -> int:
    """How many frames a 2D backbone looks at together: those that temporal
    shifts exchange channels between, or one."""
    return getattr(backbone, 'num_segments', None) or 1


def _pool(maps: Union[Tensor, Sequence[Tensor]]) -> Tensor:
    """Mean over time and space, ``(N, C, ...)`` to ``(N, C)``; of a map with
    its class token, MViT's way, the token."""
    if isinstance(maps, (list, tuple)):
        return maps[-1]
    return maps.flatten(2).mean(2) if maps.ndim > 2 else maps
