"""Features of the training videos before and after the augmentation of MOVE.
"""
from typing import List, NamedTuple, Sequence

import numpy as np
import torch
from mmengine.runner import set_random_seed

from projects_move.errors import InputError
from projects_move.visualization import principal_components
from projects_move.visualization.class_axis import frequency_order
from projects_move.visualization.embedding import PrincipalComponents
from .split_features import AnalysedModel


class AugmentedFeatures(NamedTuple):
    """Points of the videos of C chosen classes in two dimensions.

    Attributes:
        components: Principal components of the original features.
        original: Coordinates of the videos, ``(N, 2)``.
        original_classes: Index of the chosen class of each video, ``(N,)``.
        augmented: Coordinates of the augmented videos, ``(M, 2)``.
        augmented_classes: That of the largest label of each augmented video.
        classes: Indices of the chosen classes.
    """
    components: PrincipalComponents
    original: np.ndarray
    original_classes: np.ndarray
    augmented: np.ndarray
    augmented_classes: np.ndarray
    classes: List[int]


def augmented_features(model: AnalysedModel,
                       classes: Sequence[int] = (),
                       num_draws: int = 5,
                       seed: int = 0) -> AugmentedFeatures:
    """Features of the training videos, and what the head trains on.

    Args:
        model: Model with a head that extrapolates or mixes videos.
        classes: Indices of the drawn classes; by default five with training
            videos, from frequent to rare.
        num_draws: Number of passes over the training videos.
        seed: Seed of frames, views, steps, ratios and partners.

    Raises:
        InputError: For a head that does not augment, a model without a neck
            that aggregates frames, and fewer than two videos.
    """
    head = model.model.cls_head
    if getattr(head, 'extrapolation',
               None) is None and not getattr(head, 'mixes_videos', False):
        raise InputError(f'{model.path}: {type(head).__name__} neither '
                         'extrapolates nor mixes videos')
    if not model.model.with_neck or model.model.neck.keeps_frames:
        raise InputError(f'{model.path} has no neck that aggregates frames')
    classes = list(classes) or spread_classes(model.class_counts)
    set_random_seed(seed)
    features = model.features('train')
    original, own = _chosen(features.inputs[:, 0], features.target, classes)
    if len(original) < 2:
        raise InputError('expected at least two training videos of the '
                         f'classes, found {len(original)}')
    parts = []
    with torch.no_grad():
        for _ in range(num_draws):
            for views, target, _ in model.batches('train', 'train'):
                mixed, label = head.expand(views, target, **head.draw(views))
                parts.append(_chosen(mixed.mean(1), label, classes))
    augmented, labels = (np.concatenate(each) for each in zip(*parts))
    components = principal_components(original)
    return AugmentedFeatures(components, components.project(original), own,
                             components.project(augmented), labels, classes)


def spread_classes(class_counts: np.ndarray, count: int = 5) -> List[int]:
    """Classes with training videos from the most frequent to the rarest."""
    order = [i for i in frequency_order(class_counts) if class_counts[i] > 0]
    place = np.linspace(0, len(order) - 1, min(count, len(order)))
    return [int(order[i]) for i in place.round().astype(int)]


def _chosen(features: torch.Tensor, target: torch.Tensor,
            classes: Sequence[int]) -> tuple:
    """Features of the videos whose largest label is a chosen class, float64
    ``(N, D)``, and the index of the class, ``(N,)``."""
    label = target.argmax(1).cpu().numpy()
    index = np.full(target.shape[1], -1)
    index[list(classes)] = np.arange(len(classes))
    chosen = index[label] >= 0
    return features.double().cpu().numpy()[chosen], index[label][chosen]
