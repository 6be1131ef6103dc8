"""Attention and cluster adjacency over the frames of a video (MOVE, Fig. 2).
"""
from typing import Optional, Sequence

import numpy as np
from matplotlib.axes import Axes

from projects_move.utils.escape import plot_label
from .style import COLORS, HEATMAP

MAX_CLUSTERS = 16


def plot_attention_strip(ax: Axes,
                         attention: Sequence,
                         images: Sequence[np.ndarray] = (),
                         title: Optional[str] = None,
                         positions: Optional[Sequence[float]] = None,
                         xlabel: str = 'frame') -> None:
    """Draw the attention to each frame below a strip of frames.

    Args:
        ax: Axes to draw on.
        attention: Attention of one head, or mean over heads, ``(T,)``; or of
            each head, ``(H, T)``, which are drawn with their mean.
        images: Evenly spaced frames of one size, RGB ``(H, W, 3)`` uint8.
        title: Title above the strip.
        positions: Position of each frame, ascending ``(T,)``; by default its
            index.
        xlabel: Unit of the positions.
    """
    attention = np.atleast_2d(np.asarray(attention))
    positions = _positions(positions, attention.shape[1])
    mean = attention.mean(0)
    for i, head in enumerate(attention if len(attention) > 1 else ()):
        ax.plot(
            positions,
            head,
            color='#777777',
            linewidth=.6,
            label='heads' if i == 0 else None)
    ax.fill_between(positions, mean, color=COLORS[0], alpha=.25, linewidth=0)
    ax.plot(positions, mean, color=COLORS[0], label='mean')
    ax.set(
        xlabel=xlabel,
        ylabel='attention',
        xlim=_limits(positions),
        ylim=(0, attention.max() * (1.75 if len(images) else 1.2)))
    # no ticks behind the strip
    ax.set_yticks([y for y in ax.get_yticks() if y <= attention.max() * 1.1])
    if len(attention) > 1:
        ax.legend(
            loc='upper right',
            bbox_to_anchor=(1, .71 if len(images) else 1.03),
            ncols=2)
    if len(images):
        draw_frames(ax.inset_axes([0, 0.7, 1, 0.3]), images)
    if title:
        ax.set_title(plot_label(title))


def plot_adjacency(ax: Axes,
                   adjacency: np.ndarray,
                   positions: Optional[Sequence[float]] = None,
                   xlabel: str = 'frame',
                   max_clusters: int = MAX_CLUSTERS) -> None:
    """Draw the adjacency of each frame to the clusters, a row for each.

    The clusters with the largest mean are drawn, ordered by the frame at
    which their adjacency is largest.

    Args:
        ax: Axes to draw on.
        adjacency: Soft assignment to the clusters, ``(T, K)``.
        positions: See :func:`plot_attention_strip`.
        xlabel: Unit of the positions.
        max_clusters: Maximum number of drawn clusters.
    """
    positions = _positions(positions, len(adjacency))
    chosen = np.argsort(-adjacency.mean(0), kind='stable')[:max_clusters]
    chosen = chosen[np.argsort(adjacency[:, chosen].argmax(0), kind='stable')]
    shown = adjacency[:, chosen].T  # (k, T)
    mesh = ax.pcolormesh(
        _edges(positions),
        np.arange(len(chosen) + 1),
        shown,
        cmap=HEATMAP,
        vmin=0,
        rasterized=True)
    ax.invert_yaxis()
    ax.set(xlabel=xlabel, ylabel='cluster', xlim=_limits(positions))
    ax.set_yticks(
        np.arange(len(chosen)) + .5, [str(k) for k in chosen],
        fontsize='x-small')
    total = adjacency.shape[1]
    if len(chosen) < total:
        share = adjacency[:, chosen].sum(1).mean()
        ax.set_title(f'{len(chosen)} of {total} clusters, with {share:.0%} of '
                     'the adjacency')
    ax.figure.colorbar(mesh, ax=ax, label='adjacency', pad=.01)


def draw_frames(ax: Axes, images: Sequence[np.ndarray]) -> None:
    """Draw frames of one size side by side."""
    ax.imshow(np.hstack(list(images)), aspect='auto')
    ax.set_axis_off()


def _positions(positions: Optional[Sequence[float]], count: int) -> np.ndarray:
    return np.arange(count) if positions is None else np.asarray(positions)


def _limits(positions: np.ndarray) -> tuple:
    """Limits of the x axis, also for a single frame."""
    low, high = positions[0], positions[-1]
    return (low, high) if high > low else (low - .5, low + .5)


def _edges(positions: np.ndarray) -> np.ndarray:
    """Edges between the positions, and beyond both ends."""
    positions = positions.astype(float)
    if len(positions) == 1:
        return positions[0] + np.array([-.5, .5])
    middle = (positions[1:] + positions[:-1]) / 2
    return np.concatenate([positions[:1], middle, positions[-1:]])
