"""Pictures of confidence and features of models."""
from math import ceil
from pathlib import Path
from typing import Dict, List, Sequence

import numpy as np

from projects_move import visualization as vis
from projects_move.errors import InputError
from projects_move.utils.escape import plot_label
from .augmented_features import AugmentedFeatures
from .split_features import AnalysedModel


def draw_confidence(models: Dict[str, AnalysedModel],
                    found: Dict[str, vis.ClassConfidence], out: Sequence[Path],
                    size: str) -> None:
    """A panel of confidence for each model, and one of their normalised
    differences.

    Args:
        models: Models by name, of the same classes.
        found: Confidence by class of each.
        out: Files to write.
        size: Size of the picture.
    """
    first = require_same_classes(models)
    classes = first.class_counts, first.names, first.groups
    panels = len(models) + 1
    columns = 2 if panels == 4 else min(panels, 3)
    rows = ceil(panels / columns)
    with vis.picture(out, size, rows, columns) as axes:
        panels = list(axes.flat)
        for ax, (name, confidence) in zip(panels, found.items()):
            vis.plot_confidence(ax, confidence, *classes, title=name)
        vis.plot_confidence_difference(panels[len(models)], found, *classes)
        for ax in panels[len(models) + 1:]:
            ax.set_visible(False)


def require_same_classes(models: Dict[str, AnalysedModel]) -> AnalysedModel:
    """The first model, after a check that the others have its classes.

    Raises:
        InputError: If a model has others, or other training videos.
    """
    first, *others = models.values()
    for other in others:
        if other.names != first.names or \
                (other.class_counts != first.class_counts).any():
            raise InputError(
                f'{other.path}: expected the classes and training videos of '
                f'{first.path}, found others')
    return first


def draw_features(found: AugmentedFeatures, names: List[str],
                  class_counts: np.ndarray, out: Sequence[Path],
                  size: str) -> None:
    """Original features, and beside them the augmented ones in the same
    coordinates.

    Args:
        found: Features of the chosen classes.
        names: Names of all classes.
        class_counts: Training videos of each class, ``(S,)``.
        out: Files to write.
        size: Size of the picture.
    """
    labels = [plot_label(f'{names[i]} ({class_counts[i]})')
              for i in found.classes]  # yapf: disable
    share = found.components.share
    with vis.picture(
            out, size, 1, 2, height=1.15, sharex=True, sharey=True) as axes:
        left, right = axes[0]
        for ax in (left, right):
            vis.plot_embedding(
                ax,
                found.original,
                found.original_classes,
                labels,
                share=share)
        left.set_title('training videos')
        vis.plot_embedding(
            right,
            found.augmented,
            found.augmented_classes,
            labels,
            augmented=True,
            share=share)
        right.set_title('and after augmentation (hollow)')
        right.set_ylabel('')
        handles, texts = left.get_legend_handles_labels()
        left.figure.legend(
            handles,
            texts,
            loc='outside lower center',
            ncols=min(len(texts), 5),
            title='class (training videos)')
