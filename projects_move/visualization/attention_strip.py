"""Where the self-attentive aggregator looks in a video (MOVE, Fig. 2a)."""
from typing import Optional, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.offsetbox import AnnotationBbox, OffsetImage


def plot_attention_strip(ax: Axes,
                         attention: Sequence[float],
                         images: Sequence[np.ndarray],
                         title: Optional[str] = None,
                         zoom: float = 0.5) -> None:
    """Draw the attention of each frame below a strip of frames.

    Args:
        ax: To draw on.
        attention: Of each frame, ``(T,)``, mean over heads.
        images: Evenly spaced frames, RGB ``(H, W, 3)`` uint8.
        title: Above the strip.
        zoom: Size of the frames.
    """
    attention = np.asarray(attention)
    frames = np.arange(len(attention))
    ax.fill_between(frames, attention, color='#d1495b', alpha=0.35)
    ax.plot(frames, attention, color='#d1495b', linewidth=1.5)
    top = attention.max()
    ax.set(
        xlabel='frame',
        ylabel='attention',
        xlim=(0, len(attention) - 1),
        ylim=(0, top * 1.75))
    centers = (np.arange(len(images)) + 0.5) * len(attention) / len(images)
    for x, image in zip(centers, images):
        box = AnnotationBbox(
            OffsetImage(image, zoom=zoom), (x, top * 1.42),
            frameon=False,
            pad=0)
        ax.add_artist(box)
    if title:
        ax.set_title(title, fontsize=10, loc='left')
