"""Picture of the idea of MOVE on two-dimensional videos."""
from pathlib import Path
from typing import Sequence

from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

from projects_move import visualization as vis
from projects_move.visualization.style import COLORS, MARKERS
from .toy_boundary import CENTERS, COUNTS, ToyResult

NAMES = ('frequent class', 'rare class')
CLASS_COLORS = (COLORS[0], COLORS[1])
MIXTURE = LinearSegmentedColormap.from_list('mixture', CLASS_COLORS)
LIMITS = dict(xlim=(-3.2, 3.2), ylim=(-3, 3))


def draw_toy(result: ToyResult, out: Sequence[Path], size: str) -> None:
    """Three panels: the training videos and the boundary before;
    extrapolation; interpolation and the boundary after.

    Args:
        result: See :func:`toy_boundary`.
        out: Files to write.
        size: Size of the picture.
    """
    before, after = result.accuracy
    with vis.picture(out, size, 1, 3, height=1.2, sharey=True) as axes:
        left, center, right = axes[0]
        _draw_videos(left, result)
        _draw_boundary(left, result, 0)
        left.set_title(f'training videos\nrare class {before[1]:.0%} right')
        _draw_videos(center, result, alpha=.25)
        _draw_boundary(center, result, 0)
        _draw_extrapolation(center, result)
        center.set_title('extrapolation of two views\n')
        _draw_mixtures(right, result)
        _draw_boundary(right, result, 0, color='#999999')
        _draw_boundary(right, result, 1)
        right.set_title('interpolation (colour: label)\nrare class '
                        f'{after[1]:.0%} right')
        for ax in axes[0]:
            middle = (CENTERS[0][0] + CENTERS[1][0]) / 2
            ax.axvline(middle, color=COLORS[4], linestyle=':')
            ax.set(xticks=[], yticks=[], aspect='equal', **LIMITS)
            ax.spines[:].set_visible(True)
        _draw_legend(left)


def _draw_videos(ax: Axes, result: ToyResult, alpha: float = .8) -> None:
    for label, (name, color) in enumerate(zip(NAMES, CLASS_COLORS)):
        x, y = result.videos[result.classes == label].T.numpy()
        ax.scatter(
            x,
            y,
            s=(8, 22)[label],
            color=color,
            marker=MARKERS[label],
            alpha=alpha if label == 0 else max(alpha, .6),
            linewidths=0,
            zorder=1 + label,
            label=f'{name} ({COUNTS[label]} videos)')


def _draw_boundary(ax: Axes,
                   result: ToyResult,
                   index: int,
                   color: str = 'black') -> None:
    ax.contour(
        result.grid,
        result.grid,
        result.margins[index], [0],
        colors=[color],
        linestyles=['--', '-'][index],
        linewidths=1.3)


def _draw_extrapolation(ax: Axes, result: ToyResult) -> None:
    """First view, second view and the point beyond of each rare video."""
    rare = result.classes == 1
    views, beyond = result.batch.views[rare], result.batch.extrapolated[rare]
    for (u, v), z in zip(views.numpy(), beyond.numpy()):
        ax.annotate(
            '', z, v, arrowprops=dict(arrowstyle='->', color='black', lw=.7))
        ax.scatter(*u, s=10, color='black', marker='.', zorder=4)
        ax.scatter(*z, s=24, facecolors='none', edgecolors=COLORS[6], zorder=4)


def _draw_mixtures(ax: Axes, result: ToyResult) -> None:
    """Mixed videos; their colour is the share of the rare class in the
    label."""
    x, y = result.batch.mixed.T.numpy()
    labels = result.batch.labels
    share = (labels[:, 1] / labels.sum(1)).numpy()
    ax.scatter(
        x,
        y,
        s=12,
        c=share,
        cmap=MIXTURE,
        vmin=0,
        vmax=1,
        linewidths=.3,
        edgecolors='white')


def _draw_legend(ax: Axes) -> None:
    ax.plot([], [], 'k--', label='boundary before')
    ax.plot([], [], 'k-', label='boundary after')
    ax.plot([], [], ':', color=COLORS[4], label='best boundary')
    ax.scatter([], [],
               s=24,
               facecolors='none',
               edgecolors=COLORS[6],
               label='extrapolated')
    handles, texts = ax.get_legend_handles_labels()
    ax.figure.legend(handles, texts, loc='outside lower center', ncols=3)
