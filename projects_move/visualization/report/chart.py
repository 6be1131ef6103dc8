"""A figure of the report, as plotly.js reads it.

Colours are those of the pictures, with grey for black, which a dark theme
would hide; symbols and dashes differ as well. The page sets the colours of
text and grid, because they depend on its theme.
"""
import html
from typing import List, NamedTuple, Sequence

import numpy as np

from projects_move.utils.escape import visible
from projects_move.visualization import style as picture_style
from .run_record import MethodRecord

COLORS = tuple('#8c8c8c' if color == '#000000' else color
               for color in picture_style.COLORS)
GLYPHS = '●■◆✚▲★✖'  # of the symbols, for the legend
SYMBOLS = ('circle', 'square', 'diamond', 'cross', 'triangle-up', 'star', 'x')
PATTERNS = ('', '/', 'x', '.', '\\', '+', '-')
DASHES = ('solid', 'dash', 'dot', 'dashdot', 'longdash', 'longdashdot')


class Chart(NamedTuple):
    """A figure of plotly.js.

    Args:
        key: Identifier in the page.
        title: Heading above it.
        caption: Sentence below it.
        data: Traces.
        layout: Axes.
    """
    key: str
    title: str
    caption: str
    data: List[dict]
    layout: dict


def text(name: str) -> str:
    """Name for plotly.js, which reads some tags and entities of HTML.

    Example:
        >>> text('<b>run</b> & jump')
        '&lt;b&gt;run&lt;/b&gt; &amp; jump'
    """
    return html.escape(visible(name), quote=False)


def owner(record: MethodRecord, index: int) -> dict:
    """Name of a trace, and the method that the page shows or hides."""
    return dict(name=text(record.name), meta=index, showlegend=False)


def style(index: int) -> dict:
    """Colour and symbol of a method's points."""
    return dict(
        color=COLORS[index % len(COLORS)],
        symbol=SYMBOLS[index % len(SYMBOLS)])


def pattern(index: int) -> dict:
    """Colour and pattern of a method's bars."""
    return dict(
        color=COLORS[index % len(COLORS)],
        pattern=dict(
            shape=PATTERNS[index % len(PATTERNS)],
            fillmode='overlay',
            fgcolor='rgba(255,255,255,.75)',
            size=6,
            solidity=.3))


def line(index: int) -> dict:
    """Colour and dash of a method's line."""
    return dict(
        color=COLORS[index % len(COLORS)],
        dash=DASHES[index % len(DASHES)],
        width=2)


def legend(records: Sequence[MethodRecord]) -> List[dict]:
    """Name, colour and sign of each method."""
    return [
        dict(
            name=record.name,
            color=COLORS[i % len(COLORS)],
            sign=GLYPHS[i % len(GLYPHS)]) for i, record in enumerate(records)
    ]


def rounded(values: Sequence[float]) -> List[float]:
    """Values with the digits that a picture can show; null for NaN and
    infinite ones."""
    return [
        None
        if value is None or not np.isfinite(value) else float(f'{value:.5g}')
        for value in values
    ]
