"""Dynamic Frame Sampler: the frames that each view of a video keeps.

MOVE (AAAI 2023), Eq. 8 and 9; the rarer the class, the smaller the subsets.
"""
from typing import Dict, Optional, Sequence, Tuple

import numpy as np
import torch
from mmaction.registry import TRANSFORMS
from torch import Tensor

from projects_move import functional as F
from projects_move.formulations import check_formulation
from projects_move.structures import Labels, VideoBatch, field_of, set_field_of
from .batch_transform import BatchTransform


@TRANSFORMS.register_module()
class DynamicFrameSampler(BatchTransform):
    """Draw a ``frame_mask`` for each view and add it to the data sample.

    It is the last transform of a training pipeline, after the packing. The
    first axis of the packed inputs is T, the frames or clips.

    Fields added to the data sample:

    * ``frame_mask``: bool ``(V, T)``, never all false in a view.
    * ``query_mask`` ``(V, T)`` and ``key_mask`` ``(1, T)``, in the
      ``official`` formulation only. The released code draws a separate
      subset for each attention query, and one more subset for all keys, which
      is false in ``key_mask``: *no* query attends to its frames. ``key_mask``
      may be all false.

    Args:
        num_views: Number of views, V.
        min_frames: Size of the smallest subset of the rarest class, sigma.
        formulation: ``'official'`` or ``'paper'``, as in the necks.

    The class counts come from ``ClassCountsHook``, the random numbers from
    numpy's global generator, which MMEngine seeds in every worker.

    Raises:
        RuntimeError: For a call without class counts.
        ValueError: For a video without labels or with unknown labels.
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
        """Set the number of training videos of each class, ``(S,)``."""
        self.tau = F.tau(torch.as_tensor(class_counts))

    def transform_batch(self, batch: VideoBatch) -> VideoBatch:
        inputs, samples = (
            batch.columns[key] for key in ('inputs', 'data_samples'))
        classes, videos = self._labels(samples)
        lengths = inputs.shape[1:2] if isinstance(
            inputs, Tensor) else [len(frames) for frames in inputs]
        if len(set(lengths)) <= 1:
            masks = self.draw(classes, videos, len(batch), max(lengths))
        else:  # masks of different lengths do not stack
            rows = [
                self.draw(part, torch.zeros_like(part), 1, length)
                for part, length in zip(
                    classes.split(torch.bincount(videos).tolist()), lengths)
            ]
            masks = {name: [row[name][0] for row in rows] for name in rows[0]}
        for name, mask in masks.items():
            set_field_of(samples, name, mask)
        return batch

    def draw(self, classes: Tensor, videos: Tensor, num_videos: int,
             num_frames: int) -> Dict[str, Tensor]:
        """Draw the masks of B videos of T frames.

        Args:
            classes: Class of each label, int64 ``(L,)``.
            videos: Video of each label, from 0, int64 ``(L,)``.
            num_videos: Number of videos, B.
            num_frames: Number of frames, T.

        Returns:
            Masks by the name of their field, each ``(B, V or 1, T)``.
        """
        min_size = F.min_frames(self.tau[classes], videos, num_videos,
                                num_frames, self.min_frames).numpy()
        paper, views = self.formulation == 'paper', self.num_views
        subsets = views if paper else 2 * views + 1
        draws = np.random.random((num_videos, subsets, 1 + num_frames))
        # the order of random numbers is a random permutation
        kept = torch.from_numpy(
            F.subset_masks(draws[..., 1:].argsort(-1), draws[..., 0],
                           min_size))
        if paper:
            return dict(frame_mask=kept)
        return dict(
            frame_mask=kept[:, :views],
            query_mask=kept[:, views:-1],
            key_mask=~kept[:, -1:])

    def _labels(self, samples: Sequence) -> Tuple[Tensor, Tensor]:
        """Class and video of each label, int64 ``(L,)`` each."""
        if self.tau is None:
            raise RuntimeError(
                'DynamicFrameSampler has no class counts (video '
                f"{_name(samples, 0)}): add dict(type='ClassCountsHook') to "
                'custom_hooks, or call set_class_counts')
        label = field_of(samples, 'gt_label')
        if isinstance(label, Labels):
            classes, videos = label.classes, label.videos
        else:
            rows = [
                each.nonzero().flatten()
                if each.is_floating_point() else each.flatten()
                for each in label or ()
            ]
            classes = torch.cat(rows) if rows else torch.zeros(0).long()
            videos = torch.repeat_interleave(
                torch.tensor([len(row) for row in rows]))
        known = (classes >= 0) & (classes < len(self.tau))
        count = torch.bincount(videos, known, len(samples))
        if not (known.all() and count.all()):
            wrong = torch.bincount(videos, ~known, len(samples)) + (count == 0)
            video = int(wrong.nonzero()[0])
            raise ValueError(f'video {_name(samples, video)}: expected labels '
                             f'of {len(self.tau)} classes, got '
                             f'{classes[videos == video].tolist()}')
        return classes, videos

    def __repr__(self) -> str:
        return (f'{type(self).__name__}(num_views={self.num_views}, '
                f'min_frames={self.min_frames}, '
                f'formulation={self.formulation!r})')


def _name(samples: Sequence, index: int) -> str:
    return samples[index].get('video_id', 'unknown')
