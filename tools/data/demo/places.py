"""Backgrounds of the demonstration clips.

A background is a picture wider than the frame; the camera pans over it.
"""
from typing import Tuple

import cv2
import numpy as np

from .figures import Colour, Pen, arc, muted, vivid

# colour at the top, at the horizon and of the ground; kind of the objects
PLACES = {
    'park': ((225, 175, 110), (245, 225, 190), (70, 140, 85), 'tree'),
    'beach': ((220, 150, 70), (235, 205, 150), (150, 200, 225), 'parasol'),
    'street': ((200, 190, 185), (215, 215, 215), (105, 105, 108), 'house'),
    'gym': ((150, 175, 195), (165, 190, 210), (70, 115, 165), 'poster'),
    'snow': ((235, 205, 170), (250, 235, 225), (235, 232, 228), 'fir'),
    'dusk': ((110, 55, 60), (90, 120, 235), (60, 75, 60), 'house'),
}


def _jitter(rng: np.random.Generator, colour: Colour, by: int) -> Colour:
    return tuple(
        int(v) for v in np.clip(colour + rng.integers(-by, by + 1, 3), 0, 255))


def _draw_object(pen: Pen, kind: str, rng: np.random.Generator) -> None:
    """Draw an object about as tall as a person."""
    height = rng.uniform(0.8, 1.5)
    if kind == 'tree':
        pen.line([(0, 0), (0, 0.6 * height)], (45, 75, 105), 0.13)
        leaf = _jitter(rng, (60, 125, 60), 30)
        for x, y in rng.uniform((-0.3, 0.6), (0.3, 1.1), (7, 2)):
            pen.disc((x, y * height), 0.25, _jitter(rng, leaf, 14))
    elif kind == 'fir':
        pen.line([(0, 0), (0, 0.3)], (45, 70, 95), 0.1)
        leaf = _jitter(rng, (75, 95, 45), 18)
        for y in (0.2, 0.5, 0.8):
            pen.fill([(-0.42 + y / 3, y * height), (0.42 - y / 3, y * height),
                      (0, (y + 0.5) * height)], leaf)
    elif kind == 'house':
        wall = _jitter(rng, (130, 140, 160), 50)
        pen.fill([(-0.6, 0), (0.6, 0), (0.6, 1.5 * height),
                  (-0.6, 1.5 * height)], wall)
        for x in (-0.35, 0.0, 0.35):
            for y in np.arange(0.3, 1.4 * height, 0.38):
                pen.line([(x, y), (x, y + 0.1)],
                         (90, 190, 230) if rng.random() < 0.4 else
                         (85, 70, 60), 0.16)
    elif kind == 'parasol':
        pen.line([(0, 0), (0.06, 0.9)], (230, 235, 235), 0.04)
        shade, other = vivid(rng), (240, 240, 240)
        for k in range(4):
            rim = arc((0.06, 0.8), (0.5, 0.32), k * np.pi / 4,
                      (k + 1) * np.pi / 4, 6)
            pen.fill([(0.06, 0.8), *rim], shade if k % 2 else other)
    else:
        x, y = rng.uniform(0.25, 0.5, 2)
        pen.fill([(-x, 0.8), (x, 0.8), (x, 0.8 + 2 * y), (-x, 0.8 + 2 * y)],
                 vivid(rng))
        pen.disc((0, 0.8 + y), 0.6 * y * rng.uniform(0.5, 1), vivid(rng))


def _draw_small_object(pen: Pen, rng: np.random.Generator) -> None:
    """Draw a small object on the ground: bush, box, stone or cone."""
    colour, wide = muted(rng), rng.uniform(0.1, 0.25)
    kind = rng.integers(4)
    if kind == 0:
        for x in (-0.12, 0.0, 0.12):
            pen.disc((x, 0.08), 0.12, _jitter(rng, (60, 110, 60), 25))
    elif kind == 1:
        pen.fill([(-wide, 0), (wide, 0), (wide, wide), (-wide, wide)], colour)
    elif kind == 2:
        pen.disc((0, 0.06), 0.3 * wide + 0.03, colour)
    else:
        pen.fill([(-wide / 2, 0), (wide / 2, 0), (0, 1.6 * wide)], colour)


def paint_place(kind: str, shape: Tuple[int, int],
                rng: np.random.Generator) -> np.ndarray:
    """Picture of the place ``kind``, ``(height, width, 3)`` uint8.

    Its colours are muted, so that people stand out.
    """
    height, width = shape
    top, low, ground, item = PLACES[kind]
    top, low, ground = (_jitter(rng, c, 22) for c in (top, low, ground))
    horizon = height * rng.uniform(0.5, 0.66)
    rows = np.arange(height)[:, None] / horizon  # (height, 1)
    column = (1 - rows) * np.array(top) + rows * np.array(low)
    depth = np.clip(rows - 1, 0, 1) * 0.5
    column = np.where(rows < 1, column, np.array(ground) * (0.85 + depth))
    grain = np.zeros(shape, np.float32)
    for cells, strength in ((6, 10), (40, 9), (160, 7)):
        coarse = rng.normal(0, strength, (cells, 2 * cells))
        grain += cv2.resize(coarse.astype(np.float32), (width, height))
    picture = column[:, None].astype(np.float32) + grain[..., None]
    picture = np.clip(picture, 0, 255).astype(np.uint8)
    if kind == 'beach':
        sea = slice(int(horizon), int(horizon + 0.1 * height))
        picture[sea] = picture[sea] // 2 + np.uint8([105, 75, 30])
    for x in np.sort(rng.uniform(0, width, rng.integers(3, 6))):
        scale = height * rng.uniform(0.28, 0.45)
        foot = horizon + height * rng.uniform(0.0, 0.06)
        _draw_object(Pen(picture, (x, foot), scale, False), item, rng)
    for x in rng.uniform(0, width, rng.integers(2, 6)):
        foot = rng.uniform(horizon + 0.05 * height, height)
        _draw_small_object(Pen(picture, (x, foot), height * 0.4, False), rng)
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    grey = cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR)
    muted_picture = cv2.addWeighted(picture, 0.55, grey, 0.3, 0)
    return muted_picture + np.uint8(0.15 * picture.mean((0, 1)))
