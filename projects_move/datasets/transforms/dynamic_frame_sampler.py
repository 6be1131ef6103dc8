"""Dynamic Frame Sampler: the frames that each view of a video keeps.

MOVE (AAAI 2023), Eq. 8 and 9; the rarer the class, the smaller the subsets.
"""
from typing import Dict, Optional

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
        num_frames = len(results['inputs'])
        fewest = self._fewest_frames(sample, num_frames)
        if self.formulation == 'paper':
            sample.set_field(
                self._draw(self.num_views, num_frames, fewest), 'frame_mask')
            return results
        masks = self._draw(2 * self.num_views + 1, num_frames, fewest)
        sample.set_field(masks[:self.num_views], 'frame_mask')
        sample.set_field(masks[self.num_views:-1], 'query_mask')
        sample.set_field(~masks[-1:], 'key_mask')
        return results

    def _fewest_frames(self, sample, num_frames: int) -> Tensor:
        video = sample.get('video_id', 'unknown')
        if self.tau is None:
            raise RuntimeError(
                'DynamicFrameSampler was told no class counts (video '
                f"{video}): add dict(type='ClassCountsHook') to "
                'custom_hooks, or call set_class_counts')
        labels = sample.gt_label
        if labels.is_floating_point():
            labels = labels.nonzero().flatten()
        if len(labels) == 0 or labels.max() >= len(self.tau) \
                or labels.min() < 0:
            raise ValueError(f'video {video}: expected labels of '
                             f'{len(self.tau)} classes, got {labels.tolist()}')
        return F.fewest_frames(self.tau[labels], torch.ones(1, len(labels)),
                               num_frames, self.min_frames)

    @staticmethod
    def _draw(num_subsets: int, num_frames: int, fewest: Tensor) -> Tensor:
        """Independent subsets, bool ``(num_subsets, T)``."""
        size = F.subset_sizes(torch.rand(num_subsets), fewest, num_frames)
        return F.draw_subsets(torch.rand(num_subsets, num_frames), size)

    def __repr__(self) -> str:
        return (f'{type(self).__name__}(num_views={self.num_views}, '
                f'min_frames={self.min_frames}, '
                f'formulation={self.formulation!r})')
