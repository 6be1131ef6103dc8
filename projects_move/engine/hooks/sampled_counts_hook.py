"""Class counts of the sampler instead of those of the list, for losses."""
from typing import Tuple

import torch
from mmaction.models.losses.base import BaseWeightedLoss
from mmengine.dataset import DefaultSampler, InfiniteSampler
from mmengine.hooks import Hook
from mmengine.registry import HOOKS
from torch import Tensor
from torch.utils.data import RandomSampler, SequentialSampler

from projects_move.datasets.lists.class_counts import video_labels
from projects_move.engine.utils import unwrap
from projects_move.errors import InputError

# samplers that draw each video once
UNIFORM = (DefaultSampler, InfiniteSampler, RandomSampler, SequentialSampler)


@HOOKS.register_module()
class SampledCountsHook(Hook):
    """Tells the losses how often the sampler draws each class.

    It calls ``set_class_counts(counts)`` with the expected numbers of an
    epoch, float64 ``(S,)``, and ``set_num_videos(n)`` with the number of
    draws, on each loss that has these methods. A video with several labels
    counts for each. Heads and metrics keep the counts of the list.

    Raises:
        InputError: For a sampler without a method ``expected_counts`` that
            may draw a video more than once.
    """

    priority = 'LOW'  # after ClassCountsHook, and after the epoch is set

    def before_train(self, runner) -> None:
        self._set_counts(runner)

    def before_train_epoch(self, runner) -> None:
        self._set_counts(runner)

    def after_val(self, runner) -> None:
        self._set_counts(runner)  # ClassCountsHook set those of the list

    def _set_counts(self, runner) -> None:
        counts, num_draws = expected_counts(runner.train_dataloader)
        model = unwrap(runner.model)
        num_classes = model.cls_head.num_classes
        counts = torch.nn.functional.pad(counts,
                                         (0, num_classes - len(counts)))
        for module in model.modules():
            if not isinstance(module, BaseWeightedLoss):
                continue
            if hasattr(module, 'set_class_counts'):
                module.set_class_counts(counts)
            if hasattr(module, 'set_num_videos'):
                module.set_num_videos(num_draws)


def expected_counts(loader) -> Tuple[Tensor, int]:
    """Expected number of draws of each class, and of all draws, by epoch.

    Raises:
        InputError: For an unknown sampler.
    """
    if hasattr(loader.sampler, 'expected_counts'):
        return loader.sampler.expected_counts(), loader.sampler.num_draws
    if not isinstance(loader.sampler, UNIFORM):
        raise InputError(
            'SampledCountsHook expects a sampler with the method '
            f'expected_counts, found {type(loader.sampler).__name__}')
    _, labels = video_labels(loader.dataset)
    return torch.from_numpy(labels).bincount().double(), len(loader.dataset)
