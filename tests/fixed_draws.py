"""Random draws that depend on the position in the global batch only.

Video j of rank r has the position ``r + 2 j``.
"""
import contextlib
from unittest import mock

import numpy as np
import torch
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from mmengine.dist import get_dist_info
from mmengine.registry import FUNCTIONS

from projects_move.datasets import LongTailDataset
from projects_move.datasets.collate import first_video_masks_collate
from projects_move.models.backbones import IdentityBackbone
from projects_move.models.heads import LongTailHead, MOVEHead
from projects_move.models.recognizers.frame_draws import FrameDraws

RANKS = 2


@contextlib.contextmanager
def fixed_draws(dtype: torch.dtype = torch.float64):
    """Replace each random draw by a function of the global position."""
    torch.set_default_dtype(dtype)
    try:
        with contextlib.ExitStack() as stack:
            for owner, name, value in (
                (LongTailDataset, '__getitems__', seeded_items),
                (IdentityBackbone, 'forward', lambda self, x: x.to(dtype)),
                (LongTailHead, 'draw', mixing_draws),
                (MOVEHead, 'draw', move_draws),
                (torch, 'randperm', permutation),
                (torch, 'rand_like', random_by_position),
                (FrameDraws, '__call__', frames_by_content),
                (Config, 'pretty_text', ''),  # formatting takes seconds
            ):
                stack.enter_context(mock.patch.object(owner, name, value))
            stack.enter_context(
                mock.patch.dict(
                    FUNCTIONS.module_dict,
                    first_video_masks_collate=collate_by_rank))
            yield
    finally:
        torch.set_default_dtype(torch.float32)


def seeded_items(self, indices):
    """Frames and masks of a video that depend on the video only."""
    items = []
    for index in indices:
        np.random.seed(index)
        items.append(self[index])
    return items


def positions(batch: int) -> torch.Tensor:
    """Positions of the videos of this rank in the global batch."""
    rank, num_ranks = get_dist_info()
    return rank + num_ranks * torch.arange(batch)


def partners(batch: int) -> torch.Tensor:
    """The videos of each rank in reverse order; as one permutation if there
    is one process."""
    if get_dist_info()[1] > 1:
        return torch.arange(batch - 1, -1, -1)
    partner = torch.arange(batch)
    for rank in range(RANKS):
        partner[rank::RANKS] = partner[rank::RANKS].flip(0)
    return partner


def collate_by_rank(batch):
    """Masks of the first video of each rank, also in one process."""
    batch = list(batch)
    if get_dist_info()[1] > 1:
        return first_video_masks_collate(batch)
    for rank in range(min(RANKS, len(batch))):
        first_video_masks_collate(batch[rank::RANKS])
    return pseudo_collate(batch)


RANDPERM = torch.randperm


def permutation(size, generator=None):
    """Partners of a blending; the order of a sampler has a generator."""
    if generator is None:
        return partners(size)
    return RANDPERM(size, generator=generator)


def by_video(head, batch: int, start: float) -> torch.Tensor:
    """One ratio for the batch, or one for each video."""
    if head.draw_shape(batch) or (head.interpolation or {}).get('unmixed'):
        return start + positions(batch) / 16
    return torch.tensor(start)


def mixing_draws(self, views):
    if self.interpolation is None:
        return dict(lam=None, partner=None)
    return dict(
        lam=by_video(self, len(views), .3), partner=partners(len(views)))


def move_draws(self, views):
    omega = None
    if self.extrapolation is not None and views.shape[1] == 2:
        omega = torch.tensor(1.4)
        if self.draw_shape(len(views)):
            omega = 1.1 + positions(len(views)) / 16
    return dict(omega=omega, **mixing_draws(self, views))


def random_by_position(logits):
    """Uniform numbers, just below one for every other video and class."""
    row, column = positions(len(logits))[:,
                                         None], torch.arange(logits.shape[1])
    return torch.where((row + column) % 2 == 0, 1 - 1e-9, 0.)


def frames_by_content(self, frames, valid=None):
    """Subsets of the frames with the largest channels."""
    scores = frames[..., :self.num_draws].transpose(1, 2)
    return scores.argsort(-1).argsort(-1) < self.num_frames
