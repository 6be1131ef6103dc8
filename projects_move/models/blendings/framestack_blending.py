"""Framestack (Zhang et al., "VideoLT", ICCV 2021) as a batch blending."""
from typing import Any, List, Optional, Tuple

import torch
from jaxtyping import Float
from mmaction.registry import MODELS
from torch import Tensor, nn

from projects_move import functional as F
from ..heads.targets import stack_targets


@MODELS.register_module()
class FramestackBlending(nn.Module):
    """Clips of two videos, with more frames of the less accurate classes.

    It is the ``blending`` of a data preprocessor of MMAction2 or of this
    package. ``ClassAPHook`` sets the average precision of each class on the
    training set. Before that, nothing is blended.

    Args:
        ratio: Share of the batch to blend, in (0, 1], from its first video on.
        clip_length: Number of frames of a clip; by default that of a video.

    Raises:
        ValueError: For a ratio outside (0, 1], and for clips that differ in
            length from the videos that are not blended.
    """

    def __init__(self,
                 ratio: float = 0.5,
                 clip_length: Optional[int] = None) -> None:
        super().__init__()
        if not 0 < ratio <= 1:
            raise ValueError(f'ratio must be in (0, 1], got {ratio}')
        self.ratio = ratio
        self.clip_length = clip_length
        self.register_buffer('class_ap', torch.zeros(0))

    def set_class_ap(self, class_ap: Float[Tensor, ' S']) -> None:
        """Set the average precision of each class."""
        self.class_ap = class_ap.to(self.class_ap)

    def _load_from_state_dict(self, state_dict: dict, prefix: str, *args,
                              **kwargs) -> None:
        if prefix + 'class_ap' in state_dict:
            self.set_class_ap(state_dict[prefix + 'class_ap'])
        super()._load_from_state_dict(state_dict, prefix, *args, **kwargs)

    def forward(self, inputs: Float[Tensor, 'B T ...'], data_samples: List[Any]
                ) -> Tuple[Float[Tensor, 'B L ...'], List[Any]]:
        """Blend the first videos of a batch.

        Args:
            inputs: Features or images of the frames.
            data_samples: Data samples of the videos. All labels are replaced
                by one value for each class, ``(S,)``, which is soft for
                blended videos.
        """
        blended = int(len(inputs) * self.ratio)
        if len(self.class_ap) == 0 or blended == 0:
            return inputs, data_samples
        length = self.clip_length or inputs.shape[1]
        if length != inputs.shape[1] and blended < len(inputs):
            raise ValueError(
                f'clips of {length} frames cannot be in one batch with the '
                f'{inputs.shape[1]} frames of videos that are not blended: '
                'set clip_length to None, or ratio to 1')
        target = stack_targets(data_samples, len(self.class_ap), self.class_ap)
        partner = torch.randperm(blended).to(inputs.device)
        clips, target[:blended] = F.stack_frames(inputs[:blended],
                                                 target[:blended],
                                                 self.class_ap, partner,
                                                 length)
        for sample, label in zip(data_samples, target):
            sample.set_gt_label(label)
        if blended < len(inputs):
            clips = torch.cat([clips, inputs[blended:]])
        return clips, data_samples
