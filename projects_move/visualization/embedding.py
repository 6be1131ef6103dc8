"""Features of videos in two dimensions, before and after augmentation."""
from typing import NamedTuple, Sequence

import numpy as np
from matplotlib.axes import Axes

from projects_move.utils.escape import plot_label
from .style import run_style


class PrincipalComponents(NamedTuple):
    """Axes of the largest variance.

    Attributes:
        mean: Mean of the features, ``(D,)``.
        axes: Orthonormal axes, ``(2, D)``.
        share: Share of the variance along each axis, ``(2,)``.
    """
    mean: np.ndarray
    axes: np.ndarray
    share: np.ndarray

    def project(self, features: np.ndarray) -> np.ndarray:
        """Coordinates of features ``(N, D)``, ``(N, 2)``."""
        return (features - self.mean) @ self.axes.T


def principal_components(features: np.ndarray) -> PrincipalComponents:
    """Principal components of features ``(N, D)``, with N and D of at least
    2. The largest entry of an axis is positive."""
    mean = features.mean(0)
    _, size, axes = np.linalg.svd(features - mean, full_matrices=False)
    axes = axes[:2]
    largest = np.take_along_axis(axes, np.abs(axes).argmax(1)[:, None], 1)
    variance = size**2
    return PrincipalComponents(mean, axes * np.sign(largest),
                               variance[:2] / max(variance.sum(), 1e-30))


def plot_embedding(ax: Axes,
                   points: np.ndarray,
                   classes: Sequence[int],
                   names: Sequence[str],
                   augmented: bool = False,
                   share: Sequence[float] = ()) -> None:
    """Draw a point for each video.

    Args:
        ax: Axes to draw on.
        points: Coordinates, ``(N, 2)``.
        classes: Class of each point, an index of ``names``, ``(N,)``.
        names: Names of the drawn classes.
        augmented: Whether the points are small and hollow.
        share: Share of the variance along each axis, for their labels.
    """
    for i, name in enumerate(names):
        style = run_style(i)
        mine = points[np.asarray(classes) == i]
        look = dict(s=14, facecolors=style.color, linewidths=0)
        if augmented:
            look = dict(
                s=8, facecolors='none', edgecolors=style.color, linewidths=.5)
        ax.scatter(
            *mine.T,
            marker=style.marker,
            alpha=.6 if augmented else .9,
            label=plot_label(name),
            zorder=1 if augmented else 2,
            **look)
    labels = [
        f'component {i + 1}' +
        (f' ({share[i]:.0%} of variance)' if len(share) else '')
        for i in range(2)
    ]
    ax.set(xlabel=labels[0], ylabel=labels[1])
