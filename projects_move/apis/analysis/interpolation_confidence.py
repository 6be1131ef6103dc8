"""Confidence of original and interpolated videos of each class."""
import torch
from torch import Tensor

from projects_move import functional as F
from projects_move.visualization import ClassConfidence
from .split_features import AnalysedModel, SplitFeatures


def interpolation_confidence(model: AnalysedModel,
                             features: SplitFeatures,
                             num_draws: int = 10,
                             seed: int = 0) -> ClassConfidence:
    """Mean score of the class for its videos, and for mixtures of two of its
    videos.

    Each video is mixed with another one of the class, with a ratio that is
    uniform in [0, 1], ``num_draws`` times.

    Args:
        model: Model.
        features: Features of the videos.
        num_draws: Mixtures of each video.
        seed: Seed of partners and ratios.
    """
    generator = torch.Generator().manual_seed(seed)
    scores = model.scores(features).double()
    num_classes = scores.shape[1]
    result = torch.full((2, num_classes), torch.nan, dtype=torch.double)
    for label in range(num_classes):
        videos = features.target[:, label].nonzero().flatten()
        if len(videos) == 0:
            continue
        result[0, label] = scores[videos, label].mean()
        if len(videos) < 2:
            continue
        total = 0.
        for _ in range(num_draws):
            ratio = torch.rand(len(videos), generator=generator)
            mixed, _ = F.calibrated_interpolation(
                features.inputs[videos], features.target[videos],
                ratio.to(features.inputs.device),
                other_of_class(len(videos), generator).to(videos.device))
            total += model.scores(features._replace(
                inputs=mixed))[:, label].double().mean()
        result[1, label] = total / num_draws
    return ClassConfidence(*result.numpy())


def other_of_class(count: int, generator: torch.Generator) -> Tensor:
    """Random partner of each of at least two videos, never itself, int64
    ``(count,)``."""
    order = torch.randperm(count, generator=generator)
    partner = torch.empty_like(order)
    partner[order] = order.roll(1)
    return partner
