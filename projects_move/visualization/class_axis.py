"""Axis of classes by frequency, with head, medium and tail shaded."""
from typing import List, Optional, Sequence, Tuple

import numpy as np
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties

from projects_move.utils.escape import plot_label

GROUPS = ('head', 'medium', 'tail')
SHADES = dict(head='#ffffff', medium='#f1f1f1', tail='#e2e2e2')
MAX_NAMES = 40


def frequency_order(class_counts: Sequence[int]) -> np.ndarray:
    """Indices of the classes, most frequent first, int64 ``(S,)``.

    Classes of equal frequency keep their order.

    Example:
        >>> frequency_order([5, 90, 20, 90]).tolist()
        [1, 3, 2, 0]
    """
    return np.argsort(-np.asarray(class_counts), kind='stable')


def short_label(name: str, length: int = 24) -> str:
    """Name for a picture; a long one without its middle, because names often
    differ at the end.

    Example:
        >>> short_label('playing the violin 12', 12)
        'playin…in 12'
    """
    if len(name) > length:
        half = length // 2
        name = f'{name[:half]}…{name[half + 1 - length:]}'
    return plot_label(name)


def group_spans(groups: Sequence[str]) -> List[Tuple[str, int, int]]:
    """Name, first class and end of each run of classes of one group.

    Example:
        >>> group_spans(['head', 'head', 'tail'])
        [('head', 0, 2), ('tail', 2, 3)]
    """
    starts = [
        i for i, name in enumerate(groups) if i == 0 or name != groups[i - 1]
    ]
    return [
        (groups[start], start, stop)
        for start, stop in zip(starts, [*starts[1:], len(groups)])
    ]


def draw_class_axis(ax: Axes,
                    class_counts: Sequence[int],
                    names: Optional[Sequence[str]] = None,
                    groups: Optional[Sequence[str]] = None) -> np.ndarray:
    """Prepare the x axis for one position of each class.

    Args:
        ax: Axes to draw on.
        class_counts: Training videos of each class, ``(S,)``.
        names: Names of the classes, drawn for up to 40 classes if the axis
            has room for them.
        groups: Group of each class, ``(S,)``, drawn as shades.

    Returns:
        Indices of the classes in the order of their positions, ``(S,)``.
    """
    order = frequency_order(class_counts)
    ax.set_xlim(-.6, len(order) - .4)
    if groups is not None:
        shade_groups(ax, [groups[i] for i in order])
    if names is not None and len(order) <= min(MAX_NAMES, _room(ax)):
        ax.set_xticks(
            range(len(order)), [short_label(names[i]) for i in order],
            rotation=40,
            ha='right',
            rotation_mode='anchor')
        ax.set_xlabel('class, most frequent first')
    else:
        ax.set_xlabel(f'{len(order)} classes, most frequent first')
    return order


def _room(ax: Axes) -> int:
    """Number of names beside each other on the x axis."""
    size = FontProperties(size=rcParams['xtick.labelsize'])
    inches = ax.get_window_extent().width / ax.figure.dpi
    return int(inches * 72 / (1.35 * size.get_size_in_points()))


def shade_groups(ax: Axes, groups: Sequence[str]) -> None:
    """Shade the groups of classes at the positions 0, 1, ...; each has its
    name at the top."""
    for name, start, stop in group_spans(groups):
        ax.axvspan(
            start - .5,
            stop - .5,
            color=SHADES.get(name, '#ffffff'),
            zorder=-2,
            linewidth=0)
        ax.text(
            (start + stop - 1) / 2,
            .99,
            plot_label(name),
            transform=ax.get_xaxis_transform(),
            ha='center',
            va='top',
            color='#555555')
