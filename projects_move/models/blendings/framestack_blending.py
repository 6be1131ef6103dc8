"""Framestack (Zhang et al., "VideoLT", ICCV 2021), as a batch blending."""
from typing import Any, List, Optional, Tuple

import torch
from mmaction.registry import MODELS
from torch import Tensor, nn

from projects_move import functional as F
from ..heads.targets import stack_targets


@MODELS.register_module()
class FramestackBlending(nn.Module):
    """Fills clips with frames of two videos, more of the one whose classes
    are recognised worse.

    The ``blending`` of a data preprocessor, MMAction2's or ours. How well
    each class is recognised ``ClassAPHook`` measures on the training set;
    until it has, nothing is blended.

    Args:
        ratio: Share of the batch that is blended, in (0, 1]; its first
            videos.
        clip_length: Frames of a clip; by default as many as the videos have.

    Raises:
        ValueError: For a ratio outside (0, 1], and for clips of another
            length than the videos that stay as they are.
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

    def set_class_ap(self, class_ap: Tensor) -> None:
        """Average precision of each class, ``(S,)``."""
        self.class_ap = class_ap.to(self.class_ap)

    def _load_from_state_dict(self, state_dict: dict, prefix: str, *args,
                              **kwargs) -> None:
        if prefix + 'class_ap' in state_dict:
            self.set_class_ap(state_dict[prefix + 'class_ap'])
        super()._load_from_state_dict(state_dict, prefix, *args, **kwargs)

    def forward(self, inputs: Tensor,
                data_samples: List[Any]) -> Tuple[Tensor, List[Any]]:
        """Blend the first videos of a batch.

        Args:
            inputs: ``(B, T, ...)``, features or frames.
            data_samples: Of each video; all labels become one value a class,
                ``(S,)``, those of blended videos soft.
        """
        blended = int(len(inputs) * self.ratio)
        if len(self.class_ap) == 0 or blended == 0:
            return inputs, data_samples
        length = self.clip_length or inputs.shape[1]
        if length != inputs.shape[1] and blended < len(inputs):
            raise ValueError(
                f'clips of {length} frames do not stack with the '
                f'{inputs.shape[1]} frames of the videos left as they are: '
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
