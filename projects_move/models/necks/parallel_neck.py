"""Concatenation of several necks over the same frames (MOVE, Eq. 4)."""
from typing import Any, Dict, Optional

import torch
from jaxtyping import Bool, Float
from mmaction.registry import MODELS
from mmengine.model import ModuleDict
from torch import Tensor, nn

from .base import FrameNeck
from .frame_masks import FrameMasks


@MODELS.register_module()
class ParallelNeck(FrameNeck):
    """Necks whose outputs are concatenated for each view.

    Args:
        necks: Configs of frame necks by name. The outputs are concatenated in
            the alphabetical order of the names, because a dumped config does
            not keep the order of a dictionary. A neck that is None is left
            out; a config can thus remove a neck of its base.
        encoder: Config of a module that encodes the frames before they are
            aggregated, such as ``dict(type='TemporalConvEncoder')``; None for
            none. Its gradient comes through all necks, so that
            ``detach_frames`` of a ``NetVLADNeck`` is then False.
        shared: Default settings of all necks, such as ``in_channels`` and
            ``formulation``. With an encoder, ``in_channels`` is that of the
            encoder.

    Raises:
        TypeError: For a neck that does not aggregate frames, and an encoder
            that does not encode them.
        ValueError: Without a neck, and if only some of the necks keep the
            frames as views.
    """

    def __init__(self,
                 necks: Dict[str, Optional[dict]],
                 encoder: Optional[dict] = None,
                 init_cfg: Optional[dict] = None,
                 **shared: Any) -> None:
        super().__init__(init_cfg)
        self.encoder = None
        if encoder is not None:
            settings = dict(in_channels=shared.get('in_channels'))
            self.encoder = MODELS.build({**settings, **encoder})
            if isinstance(
                    self.encoder,
                    FrameNeck) or not hasattr(self.encoder, 'out_channels'):
                raise TypeError(f'the encoder, a {type(self.encoder).__name__}'
                                ', does not encode frames')
            shared['in_channels'] = self.encoder.out_channels
        self.necks = ModuleDict({
            name: MODELS.build({
                **shared,
                **neck
            })
            for name, neck in sorted(necks.items()) if neck is not None
        })
        if not self.necks:
            raise ValueError('ParallelNeck expects at least one neck, found '
                             'none')
        for name, neck in self.necks.items():
            if not isinstance(neck, FrameNeck):
                raise TypeError(f'neck {name!r}, a {type(neck).__name__}, '
                                'does not aggregate frames')
            if self.encoder is not None:
                _let_gradients_through(neck)
        if len({neck.keeps_frames for neck in self.necks.values()}) > 1:
            raise ValueError(
                f'only some of the necks {list(self.necks)} keep the '
                'frames as views')

    @property
    def keeps_frames(self) -> bool:
        return all(neck.keeps_frames for neck in self.necks.values())

    @property
    def in_channels(self) -> Optional[int]:
        """Channels of the frames; None if the necks do not tell them."""
        if self.encoder is not None:
            return self.encoder.in_channels
        channels = (
            getattr(neck, 'in_channels', None) for neck in self.necks.values())
        return next(filter(None, channels), None)

    @property
    def out_channels(self) -> int:
        return sum(neck.out_channels for neck in self.necks.values())

    def encode(self,
               frames: Float[Tensor, 'B T C'],
               valid: Optional[Bool[Tensor,
                                    'B T']] = None) -> Float[Tensor, 'B T D']:
        """Frames that the necks get; ``valid`` is false for padding."""
        if self.encoder is None:
            return frames
        return self.encoder(frames, valid)

    def aggregate(self, frames: Float[Tensor, 'B T C'],
                  masks: FrameMasks) -> Float[Tensor, 'B V D']:
        frames = self.encode(frames, masks.valid)
        views = [neck.aggregate(frames, masks) for neck in self.necks.values()]
        return torch.cat(views, dim=-1)


def _let_gradients_through(neck: nn.Module) -> None:
    """Also of necks inside of another."""
    for module in neck.modules():
        if hasattr(module, 'detach_frames'):
            module.detach_frames = False
