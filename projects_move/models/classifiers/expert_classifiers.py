"""Classifiers of several experts."""
from typing import Callable

import torch
from jaxtyping import Float
from torch import Tensor, nn


class ExpertClassifiers(nn.ModuleList):
    """Classifiers, each of its own block of the features.

    Args:
        make: Makes the classifier of one expert.
        num_experts: Number of experts, E.
    """

    def __init__(self, make: Callable[[], nn.Module],
                 num_experts: int) -> None:
        super().__init__(make() for _ in range(num_experts))

    def reset_parameters(self) -> None:
        for classifier in self:
            classifier.reset_parameters()

    def forward(self, x: Float[Tensor, '*N F']) -> Float[Tensor, '*N E S']:
        blocks = x.chunk(len(self), dim=-1)
        return torch.stack(
            [classifier(block) for classifier, block in zip(self, blocks)],
            dim=-2)
