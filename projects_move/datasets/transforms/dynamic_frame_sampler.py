"""Dynamic Frame Sampler: the frames that each view of a video keeps.

MOVE (AAAI 2023), Eq. 8 and 9; the rarer the class, the smaller the subsets.
"""
from typing import Dict, Optional, Sequence

import torch
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform
from torch import Tensor

from projects_move import functional as F
from projects_move.formulations import check_formulation


@TRANSFORMS.register_module()
class DynamicFrameSampler(BaseTransform):
    """Draws a ``frame_mask`` for each view and puts it in the data sample.

    The last entry of a training pipeline, after ``PackActionInputs``: the
    first axis of the packed inputs are the frames (or clips), T.

    Added to the data sample:

    * ``frame_mask``: bool ``(V, T)``, never all false in a view.
    * ``query_mask`` ``(V, T)`` and ``key_mask`` ``(1, T)``, in the
      ``official`` formulation only. The released code draws the frames of
      the attention queries apart, and one more subset, whose frames *no*
      query may look at; it may leave none.

    Args:
        num_views: V.
        min_frames: sigma, the fewest frames of the rarest class.
        formulation: ``'official'`` or ``'paper'``, as in the necks.

    The class counts come from ``ClassCountsHook``.
    """

    def __init__(self,
                 num_views: int = 2,
                 min_frames: int = 3,
                 formulation: str = 'official') -> None:
        if num_views < 1 or min_frames < 1:
            raise ValueError('num_views and min_frames must be at least 1, '
                             f'got {num_views} and {min_frames}')
        self.num_views = num_views
        self.min_frames = min_frames
        self.formulation = check_formulation(formulation)
        self.tau: Optional[Tensor] = None

    def set_class_counts(self, class_counts: Tensor) -> None:
        """Training videos of each class, ``(S,)``."""
        self.tau = F.tau(torch.as_tensor(class_counts))

    def transform(self, results: Dict) -> Dict:
        sample = results['data_samples']
        labels = sample.gt_label
        if labels.is_floating_point():
            labels = labels.nonzero().flatten()
        masks = self.draw(labels, torch.zeros_like(labels),
                          [sample.get('video_id', 'unknown')],
                          len(results['inputs']))
        for name, mask in masks.items():
            sample.set_field(mask[0], name)
        return results

    def draw(self, labels: Tensor, owners: Tensor, videos: Sequence[str],
             num_frames: int) -> Dict[str, Tensor]:
        """Masks of B videos of T frames.

        Args:
            labels: Of all of them, int64 ``(L,)``.
            owners: The video of each label, from 0, ``(L,)``.
            videos: Their names.
            num_frames: T.

        Returns:
            What is added to the data samples, each ``(B, ...)``.

        Raises:
            RuntimeError: Where the class counts are not known.
            ValueError: For a video without labels or with unknown ones.
        """
        fewest = self._fewest_frames(labels, owners, videos, num_frames)
        views = self.num_views
        subsets = views if self.formulation == 'paper' else 2 * views + 1
        size = F.subset_sizes(
            torch.rand(len(videos), subsets), fewest[:, None], num_frames)
        masks = F.draw_subsets(
            torch.rand(len(videos), subsets, num_frames), size)
        if self.formulation == 'paper':
            return dict(frame_mask=masks)
        return dict(
            frame_mask=masks[:, :views],
            query_mask=masks[:, views:-1],
            key_mask=~masks[:, -1:])

    def _fewest_frames(self, labels: Tensor, owners: Tensor,
                       videos: Sequence[str], num_frames: int) -> Tensor:
        if self.tau is None:
            raise RuntimeError(
                'DynamicFrameSampler was told no class counts (video '
                f"{videos[0]}): add dict(type='ClassCountsHook') to "
                'custom_hooks, or call set_class_counts')
        known = (labels >= 0) & (labels < len(self.tau))
        has = owners == torch.arange(len(videos))[:, None]  # (B, L)
        wrong = (~known & has).any(1) | ~has.any(1)
        if wrong.any():
            row = int(wrong.nonzero()[0])
            raise ValueError(f'video {videos[row]}: expected labels of '
                             f'{len(self.tau)} classes, got '
                             f'{labels[has[row]].tolist()}')
        return F.fewest_frames(self.tau[labels], has, num_frames,
                               self.min_frames)

    def __repr__(self) -> str:
        return (f'{type(self).__name__}(num_views={self.num_views}, '
                f'min_frames={self.min_frames}, '
                f'formulation={self.formulation!r})')
