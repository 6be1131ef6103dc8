"""Drawing of the people in the demonstration clips.

A person stands at the origin of its own coordinates, faces +x and is one
unit tall; y points up. ``Pen`` converts these units to pixels. It draws an
action at any position and size, and in both directions.
"""
from dataclasses import dataclass
from typing import Callable, NamedTuple, Sequence, Tuple

import cv2
import numpy as np

SHIFT = 4  # cv2 takes fixed-point coordinates: 1/16 pixel, for smooth motion

Point = Tuple[float, float]
Colour = Tuple[int, int, int]  # blue, green, red

SKINS = ((120, 160, 215), (90, 130, 190), (60, 90, 140), (150, 190, 235))
HAIRS = ((30, 30, 40), (40, 70, 110), (70, 140, 200), (150, 150, 155))


def _colour(hue: int, saturation: int, value: int) -> Colour:
    hsv = np.uint8([[[hue, saturation, value]]])
    return tuple(int(v) for v in cv2.cvtColor(hsv, cv2.COLOR_HSV2BGR)[0, 0])


def vivid(rng: np.random.Generator) -> Colour:
    """Random saturated colour, for toys and posters."""
    return _colour(
        rng.integers(180), rng.integers(130, 250), rng.integers(120, 240))


def muted(rng: np.random.Generator) -> Colour:
    """Random colour of low saturation, for clothes."""
    return _colour(
        rng.integers(180), rng.integers(30, 110), rng.integers(70, 210))


@dataclass(frozen=True)
class Looks:
    """Colours of a person and its objects.

    ``prop`` tints the object of an action, ``other`` colours any other object.
    """
    skin: Colour
    hair: Colour
    shirt: Colour
    trousers: Colour
    prop: Colour
    other: Colour

    @classmethod
    def draw(cls, rng: np.random.Generator) -> 'Looks':
        return cls(SKINS[rng.integers(len(SKINS))],
                   HAIRS[rng.integers(len(HAIRS))], muted(rng), muted(rng),
                   vivid(rng), muted(rng))


class Pen:
    """Draws on ``canvas`` in units of one person's height.

    ``origin`` is the position of the feet in pixels, ``scale`` the number of
    pixels in a unit; ``flip`` mirrors the drawing.
    """

    def __init__(self, canvas: np.ndarray, origin: Point, scale: float,
                 flip: bool) -> None:
        self.canvas = canvas
        self.origin = np.asarray(origin, dtype=np.float64)
        self.scale = scale
        self.axes = np.array([-scale if flip else scale, -scale])

    def _pixels(self, points: Sequence[Point]) -> np.ndarray:
        pixels = np.asarray(points) * self.axes + self.origin  # (N, 2)
        return np.rint(pixels * 2**SHIFT).astype(np.int32)

    def _width(self, width: float) -> int:
        return max(1, round(width * self.scale))

    def line(self, points: Sequence[Point], colour: Colour,
             width: float) -> None:
        cv2.polylines(self.canvas, [self._pixels(points)], False, colour,
                      self._width(width), cv2.LINE_AA, SHIFT)

    def fill(self, points: Sequence[Point], colour: Colour) -> None:
        cv2.fillPoly(self.canvas, [self._pixels(points)], colour, cv2.LINE_AA,
                     SHIFT)

    def disc(self, centre: Point, radius: float, colour: Colour) -> None:
        self._circle(centre, radius, colour, cv2.FILLED)

    def ring(self, centre: Point, radius: float, colour: Colour,
             width: float) -> None:
        self._circle(centre, radius, colour, self._width(width))

    def _circle(self, centre: Point, radius: float, colour: Colour,
                thickness: int) -> None:
        x, y = self._pixels([centre])[0]
        cv2.circle(self.canvas, (int(x), int(y)),
                   int(radius * self.scale * 2**SHIFT), colour, thickness,
                   cv2.LINE_AA, SHIFT)


def arc(centre: Point,
        radii: Point,
        start: float = 0.0,
        stop: float = 2 * np.pi,
        points: int = 24) -> np.ndarray:
    """Points of an ellipse between two angles in radians, ``(points, 2)``."""
    angle = np.linspace(start, stop, points)
    return np.stack([np.cos(angle), np.sin(angle)], 1) * radii + centre


def limb(pen: Pen, root: Point, tip: Point, length: float, bend: float,
         colour: Colour, width: float) -> Point:
    """Draw an arm or leg from ``root`` towards ``tip``; return its end.

    ``bend`` is +1 or -1: the side to which the elbow or knee points.
    """
    root, tip = np.asarray(root), np.asarray(tip)
    reach = tip - root
    distance = float(np.hypot(*reach))
    if distance > length:
        reach, distance = reach * (length / distance), length
    side = np.array([reach[1], -reach[0]]) / max(distance, 1e-6)
    depth = np.sqrt(max(length**2 - distance**2, 0.0)) / 2
    pen.line([root, root + reach / 2 + side * depth * bend, root + reach],
             colour, width)
    return tuple(root + reach)


def person(pen: Pen,
           looks: Looks,
           hands: Tuple[Point, Point],
           feet: Tuple[Point, Point] = ((-0.07, 0.0), (0.07, 0.0)),
           hip: Point = (0.0, 0.46),
           lean: float = 0.0,
           elbow: float = 1.0) -> None:
    """Draw a person; the far hand and foot come first in each pair.

    ``lean`` is the distance of the shoulders ahead of the hip, ``elbow`` the
    side to which the elbows point.
    """
    hip = np.asarray(hip)
    shoulder = hip + (lean, 0.30)
    head = shoulder + (lean * 0.3 + 0.01, 0.155)
    dark = tuple(int(0.75 * v) for v in looks.trousers)
    limb(pen, shoulder, hands[0], 0.36, elbow, looks.skin, 0.06)
    _leg(pen, hip, feet[0], dark)
    _leg(pen, hip, feet[1], looks.trousers)
    pen.line([hip, shoulder - (0.0, 0.02)], looks.shirt, 0.17)
    pen.disc(head + (-0.02, 0.015), 0.095, looks.hair)
    pen.disc(head + (0.015, -0.01), 0.08, looks.skin)
    hand = limb(pen, shoulder, hands[1], 0.36, elbow, looks.shirt, 0.065)
    pen.disc(hand, 0.035, looks.skin)


def _leg(pen: Pen, hip: Point, foot: Point, colour: Colour) -> None:
    x, y = limb(pen, hip, foot, 0.47, -1.0, colour, 0.085)
    pen.line([(x, y + 0.015), (x + 0.08, y + 0.015)], (40, 40, 45), 0.05)


class Act(NamedTuple):
    """Movement of a person.

    ``draw`` takes the phase of the motion in radians: one turn is one cycle.
    ``left``, ``right`` and ``top`` bound the drawing, in units of the person's
    height; ``pace`` is the speed in frame widths per second.
    """
    draw: Callable[[Pen, Looks, float], None]
    left: float = 0.3
    right: float = 0.3
    top: float = 1.05
    pace: float = 0.0


def gait(phase: float,
         stride: float = 0.17,
         lift: float = 0.06) -> Tuple[Point, Point]:
    """Both feet of a walking person; one step per half turn of ``phase``."""
    return tuple((stride * np.sin(p), lift * max(0.0, np.cos(p)))
                 for p in (phase, phase + np.pi))
