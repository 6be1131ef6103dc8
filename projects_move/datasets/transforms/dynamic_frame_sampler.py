"""Dynamic Frame Sampler: the frames that each view of a video keeps.

MOVE (AAAI 2023), Eq. 8 and 9; the rarer the class, the smaller the subsets.
"""
from typing import Callable, Dict, Optional

import numpy as np
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

    The class counts come from ``ClassCountsHook``, chance from numpy's global
    generator, which MMEngine seeds in every worker.
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
        num_frames = len(results['inputs'])
        fewest = self.fewest_frames(
            labels, torch.zeros_like(labels), 1, num_frames,
            lambda _: sample.get('video_id', 'unknown'))
        for name, mask in self.draw(fewest.numpy()[0], num_frames).items():
            sample.set_field(mask, name)
        return results

    def fewest_frames(self, labels: Tensor, owners: Tensor, num_videos: int,
                      num_frames: int, name: Callable[[int], str]) -> Tensor:
        """The smallest subset of each video, int64 ``(B,)``.

        Args:
            labels: Of all of them, int64 ``(L,)``.
            owners: The video of each label, from 0, ``(L,)``.
            num_videos: B.
            num_frames: T.
            name: Of a video, for errors.

        Raises:
            RuntimeError: Where the class counts are not known.
            ValueError: For a video without labels or with unknown ones.
        """
        if self.tau is None:
            raise RuntimeError(
                'DynamicFrameSampler was told no class counts (video '
                f"{name(0)}): add dict(type='ClassCountsHook') to "
                'custom_hooks, or call set_class_counts')
        known = (labels >= 0) & (labels < len(self.tau))
        count = torch.bincount(owners, known, num_videos)
        if not (known.all() and count.all()):
            wrong = torch.bincount(owners, ~known, num_videos) + (count == 0)
            video = int(wrong.nonzero()[0])
            raise ValueError(f'video {name(video)}: expected labels of '
                             f'{len(self.tau)} classes, got '
                             f'{labels[owners == video].tolist()}')
        return F.min_frames(self.tau[labels], owners, num_videos, num_frames,
                            self.min_frames)

    def draw(self, fewest: np.ndarray, num_frames: int) -> Dict[str, Tensor]:
        """Masks of videos of T frames.

        Args:
            fewest: Frames of their smallest subsets, ``(...)``.
            num_frames: T.

        Returns:
            What is added to the data samples, each ``(..., V or 1, T)``.
        """
        paper, views = self.formulation == 'paper', self.num_views
        subsets = views if paper else 2 * views + 1
        draws = np.random.random(fewest.shape + (subsets, 1 + num_frames))
        # sorting random numbers makes a random permutation
        kept = F.subset_masks(draws[..., 1:].argsort(-1), draws[..., 0],
                              fewest)
        tensor = torch.from_numpy
        if paper:
            return dict(frame_mask=tensor(kept))
        return dict(
            frame_mask=tensor(kept[..., :views, :]),
            query_mask=tensor(kept[..., views:-1, :]),
            key_mask=tensor(~kept[..., -1:, :]))

    def __repr__(self) -> str:
        return (f'{type(self).__name__}(num_views={self.num_views}, '
                f'min_frames={self.min_frames}, '
                f'formulation={self.formulation!r})')
