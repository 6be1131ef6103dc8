"""Style of all pictures: colours, line styles, sizes and files.

The colours are those of Okabe and Ito ("Color Universal Design", 2008), which
people with any kind of colour blindness can tell apart. A picture in grey
stays legible because each run also has its own line style, marker and hatch.
"""
import logging
import warnings
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, NamedTuple, Optional, Sequence, Union

import matplotlib
import numpy as np
from matplotlib import font_manager
from matplotlib.figure import Figure
from mmengine.logging import print_log

from projects_move.errors import InputError
from projects_move.file_io import atomic_write

FORMATS = ('.png', '.svg', '.pdf')
# ordered so that neighbours differ in lightness
COLORS = ('#0072B2', '#E69F00', '#CC79A7', '#000000', '#009E73', '#56B4E9',
          '#D55E00')
LINES = ('-', '--', '-.', ':', (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)))
MARKERS = ('o', 's', '^', 'D', 'v', 'P', 'X')
HATCHES = ('', '///', '\\\\\\', '...', 'xxx', '+++', 'ooo')
POSITIVE, NEGATIVE = COLORS[0], COLORS[6]
HEATMAP = 'cividis'  # as good with colour blindness, lightness ascends
# fonts with characters of other scripts than the default font
FALLBACK_FONTS = ('Noto Sans CJK JP', 'Noto Sans CJK SC', 'WenQuanYi Zen Hei',
                  'IPAexGothic', 'Hiragino Sans', 'Microsoft YaHei',
                  'Noto Sans Arabic', 'Noto Sans Devanagari')


class Size(NamedTuple):
    """Size of a picture.

    Attributes:
        width: Inches.
        height: Inches of one row of panels.
        font: Points.
    """
    width: float
    height: float
    font: float


SIZES = dict(
    column=Size(3.3, 2.3, 7),  # of a paper with two columns
    page=Size(6.9, 2.6, 8),  # both columns of a paper
    slide=Size(12.8, 5.2, 15))  # 16:9


class RunStyle(NamedTuple):
    """Colour, line, marker and hatch of a run."""
    color: str
    line: Union[str, tuple]
    marker: str
    hatch: str


def run_style(index: int) -> RunStyle:
    """Style of the run of a picture with this index. From 7 on the colours
    repeat with other lines, markers and hatches."""
    other = index + index // len(COLORS)
    return RunStyle(
        COLORS[index % len(COLORS)],
        *(choices[other % len(choices)]
          for choices in (LINES, MARKERS, HATCHES)))


@contextmanager
def picture(paths: Sequence[Union[str, Path]],
            size: str = 'page',
            rows: int = 1,
            columns: int = 1,
            height: Optional[float] = None,
            **kwargs) -> Iterator[np.ndarray]:
    """Axes of a new picture, which is written to each of the paths at the
    end.

    Args:
        paths: Files whose names end in ``.png``, ``.svg`` or ``.pdf``.
        size: A key of ``SIZES``.
        rows, columns: Numbers of panels.
        height: Height of the picture relative to that of ``rows`` rows.
        kwargs: Arguments of ``Figure.subplots``.

    Yields:
        Axes, ``(rows, columns)``.

    Raises:
        InputError: For a path of another format.
    """
    for path in paths:
        check_format(path)
    with styled_figure(size, rows, columns, height, **kwargs) as axes:
        yield axes
        for path in paths:
            save(axes[0, 0].figure, path)


@contextmanager
def styled_figure(size: str = 'page',
                  rows: int = 1,
                  columns: int = 1,
                  height: Optional[float] = None,
                  **kwargs) -> Iterator[np.ndarray]:
    """Axes ``(rows, columns)`` of a new figure, see :func:`picture`; the style
    ends with the block."""
    width, row_height, font = SIZES[size]
    with matplotlib.rc_context(_settings(font)):
        figure = Figure((width, row_height * (height or 1) * rows),
                        layout='constrained')
        yield figure.subplots(rows, columns, squeeze=False, **kwargs)


def check_format(path: Union[str, Path]) -> None:
    """Check that a picture can be written to a path.

    Raises:
        InputError: For a name with another ending.
    """
    if Path(path).suffix.lower() not in FORMATS:
        raise InputError(f'{path}: expected a name that ends in '
                         f'{", ".join(FORMATS)}')


def save(figure: Figure, path: Union[str, Path]) -> None:
    """Write a figure; the same figure gives the same file."""
    kind = Path(path).suffix.lower()[1:]
    metadata = dict(
        png={}, svg=dict(Date=None), pdf=dict(CreationDate=None))[kind]
    with atomic_write(path) as draft, _report_missing_characters():
        figure.savefig(draft, format=kind, dpi=200, metadata=metadata)


def rgb_image(figure: Figure, dpi: int = 100) -> np.ndarray:
    """Pixels of a figure, uint8 ``(H, W, 3)``."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    figure.set_dpi(dpi)
    canvas = FigureCanvasAgg(figure)
    with _report_missing_characters():
        canvas.draw()
    return np.array(canvas.buffer_rgba())[..., :3]


def _settings(font: float) -> dict:
    installed = set(font_manager.get_font_names())
    families = [name for name in FALLBACK_FONTS if name in installed]
    return {
        'font.family': ['DejaVu Sans', *families],
        'font.size': font,
        'axes.titlesize': font,
        'axes.titlelocation': 'left',
        'axes.spines.top': False,
        'axes.spines.right': False,
        'axes.linewidth': font / 12,
        'lines.linewidth': font / 6,
        'lines.markersize': font / 2,
        'legend.fontsize': font * .9,
        'legend.frameon': False,
        'xtick.labelsize': font * .9,
        'ytick.labelsize': font * .9,
        'hatch.linewidth': font / 16,
        'svg.hashsalt': 'projects_move',
        'pdf.fonttype': 42,
    }


@contextmanager
def _report_missing_characters() -> Iterator[None]:
    """Log once that no installed font has some characters."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter('always')
        yield
    missing = {
        str(each.message).split(' missing')[0]
        for each in caught if 'missing from' in str(each.message)
    }
    if missing:
        print_log(
            f'no installed font has {len(missing)} characters of the picture, '
            f'first {sorted(missing)[0]}: they are boxes; install a font such '
            f'as {FALLBACK_FONTS[0]}', 'current', logging.WARNING)


def legend_above(axes, columns: int) -> None:
    """Legend above the panel, where it hides no data."""
    axes.legend(
        loc='lower left',
        bbox_to_anchor=(0, 1),
        ncols=columns,
        borderaxespad=.2,
        handlelength=2.2,
        columnspacing=1.2)
