"""Attention of the aggregator over the frames of a video (MOVE, Fig. 2a)."""
from typing import Optional, Sequence

import numpy as np
from matplotlib.axes import Axes

from projects_move.utils.escape import plot_label


def plot_attention_strip(ax: Axes,
                         attention: Sequence[float],
                         images: Sequence[np.ndarray],
                         title: Optional[str] = None) -> None:
    """Draw the attention of each frame below a strip of frames.

    Args:
        ax: Axes to draw on.
        attention: Attention of each frame, mean over heads, ``(T,)``.
        images: Evenly spaced frames of one size, RGB ``(H, W, 3)`` uint8.
        title: Title above the strip.
    """
    attention = np.asarray(attention)
    frames = np.arange(len(attention))
    ax.fill_between(frames, attention, color='#d1495b', alpha=0.35)
    ax.plot(frames, attention, color='#d1495b', linewidth=1.5)
    ax.set(
        xlabel='frame',
        ylabel='attention',
        xlim=(0, len(attention) - 1),
        ylim=(0, attention.max() * 1.6))
    strip = ax.inset_axes([0, 0.7, 1, 0.3])
    strip.imshow(np.hstack(list(images)), aspect='auto')
    strip.set_axis_off()
    if title:
        ax.set_title(plot_label(title), fontsize=10, loc='left')
