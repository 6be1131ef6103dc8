"""Actions, the classes of the demonstration clips.

``ACTIONS`` is in the order of the labels. The usual colour of an object varies
a little between clips.
"""
from typing import Dict

import numpy as np
from numpy import cos, pi, sin

from .figures import Act, Colour, Looks, Pen, arc, gait, limb, person

WOOD, DARK, WHITE = (50, 95, 150), (45, 45, 50), (240, 245, 245)
STEEL, WATER, ORANGE = (170, 165, 160), (205, 140, 50), (30, 115, 240)
RED, YELLOW, PINK = (45, 40, 215), (40, 215, 245), (170, 60, 235)
LIME, BLUE = (50, 220, 140), (210, 90, 40)


def tint(base: Colour, looks: Looks) -> Colour:
    """Mix of an object's usual colour and the person's ``prop`` colour."""
    return tuple(int(0.85 * a + 0.15 * b) for a, b in zip(base, looks.prop))


def archery(pen: Pen, looks: Looks, phase: float) -> None:
    pull = 0.3 * ((phase / (2 * pi)) % 1.0)
    grip, nock = (0.34, 0.74), (0.28 - pull, 0.74)
    person(pen, looks, (grip, nock), ((-0.14, 0), (0.12, 0)), elbow=-1)
    bow = arc((0.16, 0.74), (0.22, 0.42), -1.25, 1.25)
    pen.line(bow, tint(WOOD, looks), 0.06)
    pen.line([bow[0], nock, bow[-1]], WHITE, 0.018)
    pen.line([nock, (nock[0] + 0.5, 0.74)], DARK, 0.035)


def blowing_bubbles(pen: Pen, looks: Looks, phase: float) -> None:
    person(pen, looks, ((-0.1, 0.5), (0.2, 0.88)))
    pen.line([(0.2, 0.86), (0.17, 0.95)], PINK, 0.025)
    for k in range(8):
        age = (phase / (4 * pi) + k / 8) % 1.0
        centre = (0.24 + 0.62 * age + 0.05 * sin(5 * k + phase),
                  0.95 + 0.4 * age * sin(2.0 + k))
        pen.ring(centre, 0.05 + 0.06 * age, (255, 235, 200), 0.03)
        pen.disc((centre[0] + 0.02, centre[1] + 0.02), 0.015, WHITE)


def cycling(pen: Pen, looks: Looks, phase: float) -> None:
    crank, hip = (-0.03, 0.22), (-0.14, 0.60)
    paint = tint(RED, looks)
    feet = tuple((crank[0] + 0.09 * cos(p), crank[1] + 0.09 * sin(p))
                 for p in (-phase, pi - phase))
    for x in (-0.34, 0.34):
        pen.ring((x, 0.2), 0.2, DARK, 0.035)
        for angle in (0, pi / 3, 2 * pi / 3):
            spoke = 0.18 * np.array([cos(angle - phase), sin(angle - phase)])
            pen.line([(x, 0.2) - spoke, (x, 0.2) + spoke], STEEL, 0.01)
    pen.line([(-0.34, 0.2), crank, (0.26, 0.5), (-0.14, 0.5), (-0.34, 0.2)],
             paint, 0.04)
    pen.line([crank, (-0.15, 0.55)], paint, 0.04)
    pen.line([(0.34, 0.2), (0.24, 0.6), (0.32, 0.62)], paint, 0.035)
    person(pen, looks, ((0.3, 0.62), (0.28, 0.63)), feet, hip, lean=0.16)


def dribbling(pen: Pen, looks: Looks, phase: float) -> None:
    height = 0.12 + 0.4 * abs(cos(phase))
    hand = (0.25, max(height + 0.12, 0.45))
    person(
        pen,
        looks, ((-0.2, 0.55), hand),
        gait(phase / 2, 0.12), (0, 0.43),
        lean=0.06)
    pen.disc((0.27, height), 0.15, tint(ORANGE, looks))
    pen.line(
        arc((0.27, height), (0.045, 0.145), -pi / 2, pi / 2, 8), DARK, 0.014)
    pen.line([(0.13, height), (0.41, height)], DARK, 0.014)


def fishing(pen: Pen, looks: Looks, phase: float) -> None:
    pen.fill(arc((0.86, 0.0), (0.36, 0.12)), tint(WATER, looks))
    tip = (0.78, 1.02 + 0.05 * sin(phase))
    person(pen, looks, ((0.2, 0.56), (0.26, 0.6)), lean=-0.02)
    pen.line([(0.1, 0.48), (0.45, 0.86), tip], WOOD, 0.04)
    pen.line([tip, (0.84, 0.04)], WHITE, 0.012)
    pen.disc((0.84, 0.03 + 0.02 * sin(2 * phase)), 0.055, RED)


def flying_a_kite(pen: Pen, looks: Looks, phase: float) -> None:
    x, y = 0.42 + 0.12 * sin(phase / 2), 1.28 + 0.07 * sin(phase)
    person(pen, looks, ((-0.12, 0.5), (0.22, 0.84)), gait(phase, 0.1))
    pen.line([(0.22, 0.84), (x, y)], WHITE, 0.012)
    tail = [(x - 0.03 * k + 0.04 * sin(phase + k), y - 0.22 - 0.06 * k)
            for k in range(5)]
    pen.line(tail, RED, 0.04)
    pen.fill([(x, y + 0.2), (x + 0.2, y + 0.02), (x, y - 0.24),
              (x - 0.2, y + 0.02)], tint(YELLOW, looks))
    pen.fill([(x, y + 0.2), (x + 0.2, y + 0.02), (x, y + 0.02)], RED)
    pen.fill([(x, y - 0.24), (x - 0.2, y + 0.02), (x, y + 0.02)], RED)


def hula_hoop(pen: Pen, looks: Looks, phase: float) -> None:
    sway = 0.06 * cos(phase)
    ring = ((sway, 0.50 + 0.03 * sin(phase)), (0.4, 0.13))
    pen.line(arc(*ring, 0, pi), tint(PINK, looks), 0.06)
    person(
        pen, looks, ((-0.3, 0.85), (0.3, 0.88)), hip=(-sway, 0.46), lean=sway)
    pen.line(arc(*ring, pi, 2 * pi), tint(PINK, looks), 0.065)


def juggling(pen: Pen, looks: Looks, phase: float) -> None:
    hands = ((-0.22, 0.6 + 0.05 * sin(phase)), (0.24, 0.6 - 0.05 * sin(phase)))
    person(pen, looks, hands)
    for k, colour in enumerate((RED, YELLOW, BLUE, LIME)):
        turn = phase / 2 + k * pi / 2
        pen.disc((0.27 * cos(turn), 0.68 + 0.52 * max(sin(turn), -0.1)), 0.075,
                 colour)


def painting(pen: Pen, looks: Looks, phase: float) -> None:
    pen.line([(0.36, 0.0), (0.56, 0.95), (0.76, 0.0)], WOOD, 0.04)
    pen.fill([(0.36, 0.36), (0.8, 0.36), (0.8, 0.9), (0.36, 0.9)], WHITE)
    pen.fill([(0.36, 0.36), (0.8, 0.36), (0.8, 0.55)], LIME)
    pen.disc((0.66, 0.72), 0.08, tint(RED, looks))
    brush = (0.36 + 0.1 * cos(phase), 0.68 + 0.1 * sin(2 * phase))
    person(pen, looks, ((0.12, 0.5), (brush[0] - 0.06, brush[1] - 0.04)))
    pen.line([(brush[0] - 0.08, brush[1] - 0.06), brush], DARK, 0.025)


def playing_guitar(pen: Pen, looks: Looks, phase: float) -> None:
    body = tint((35, 115, 205), looks)
    fret = (0.36 + 0.03 * sin(phase / 2), 0.70)
    person(pen, looks, ((0.0, 0.5), (-0.1, 0.5)))
    pen.line([(0.0, 0.53), (0.5, 0.77)], DARK, 0.05)
    pen.disc((-0.08, 0.49), 0.15, body)
    pen.disc((0.07, 0.56), 0.11, body)
    pen.disc((-0.01, 0.525), 0.045, DARK)
    limb(pen, (0.0, 0.76), fret, 0.36, 1, looks.shirt, 0.065)
    pen.disc((-0.03 + 0.02 * sin(phase), 0.54 + 0.09 * sin(phase)), 0.04,
             looks.skin)


def rowing(pen: Pen, looks: Looks, phase: float) -> None:
    reach, bob = 0.08 * cos(phase), 0.015 * sin(phase)
    pen.line([(-0.75, 0.05), (0.75, 0.05)], WATER, 0.2)
    person(
        pen,
        looks, ((0.26 + reach, 0.46), (0.24 + reach, 0.44)),
        ((0.3, 0.2), (0.32, 0.2)), (-0.04, 0.24 + bob),
        lean=reach)
    pen.fill([(-0.6, 0.26 + bob), (0.66, 0.28 + bob), (0.45, 0.04),
              (-0.45, 0.04)], tint(BLUE, looks))
    pen.line([(-0.6, 0.26 + bob), (0.66, 0.28 + bob)], WOOD, 0.04)
    blade = (-0.25 + 0.35 * cos(phase), 0.02 + 0.1 * sin(phase))
    pen.line([(0.25 + reach, 0.45), blade], WOOD, 0.03)
    pen.line([blade, (blade[0] - 0.07, blade[1] - 0.05)], WHITE, 0.07)


def skateboarding(pen: Pen, looks: Looks, phase: float) -> None:
    hop = 0.16 * max(0.0, sin(phase / 2))
    tilt = 0.09 * cos(phase / 2) * (hop > 0)
    pen.line([(-0.36, 0.15 + hop - tilt), (-0.27, 0.09 + hop - tilt),
              (0.27, 0.09 + hop + tilt), (0.36, 0.15 + hop + tilt)],
             tint(LIME, looks), 0.07)
    for x, lift in ((-0.2, -tilt), (0.2, tilt)):
        pen.disc((x, 0.045 + hop + lift), 0.045, WHITE)
    person(
        pen,
        looks, ((-0.32, 0.66 + hop), (0.34, 0.7 + hop)),
        ((-0.2, 0.12 + hop), (0.16, 0.12 + hop)), (-0.02, 0.44 + hop),
        lean=0.1)


def skipping_rope(pen: Pen, looks: Looks, phase: float) -> None:
    hop = 0.1 * max(0.0, -sin(phase))
    hands = ((-0.26, 0.48 + hop), (0.26, 0.48 + hop))
    u = np.linspace(0, pi, 16)
    rope = np.stack([
        -0.26 * cos(u) - 0.14 * np.sign(cos(u)) * sin(u)**2,
        0.48 + 0.6 * sin(phase) * sin(u)
    ], 1)
    if cos(phase) < 0:
        pen.line(rope, tint(YELLOW, looks), 0.045)
    person(pen, looks, hands, ((-0.05, hop), (0.05, hop)), (0, 0.46 + hop))
    if cos(phase) >= 0:
        pen.line(rope, tint(YELLOW, looks), 0.045)


def walking_a_dog(pen: Pen, looks: Looks, phase: float) -> None:
    coat = tint((60, 90, 140), looks)
    person(pen, looks, ((-0.1, 0.48), (0.18, 0.52)), gait(phase))
    pen.line([(0.18, 0.52), (0.66, 0.34)], RED, 0.016)
    for x, p in ((0.42, 0.0), (0.47, pi), (0.66, pi / 2), (0.71, -pi / 2)):
        pen.line([(x, 0.2), (x + 0.06 * sin(2 * phase + p), 0.0)], coat, 0.045)
    pen.line([(0.43, 0.24), (0.7, 0.24)], coat, 0.14)
    pen.line([(0.4, 0.28), (0.3, 0.38 + 0.05 * sin(3 * phase))], coat, 0.04)
    pen.disc((0.77, 0.36), 0.08, coat)
    pen.line([(0.8, 0.34), (0.88, 0.33)], coat, 0.06)
    pen.fill([(0.69, 0.4), (0.75, 0.4), (0.7, 0.5)], coat)


def weightlifting(pen: Pen, looks: Looks, phase: float) -> None:
    height = 0.82 + 0.26 * sin(phase)
    hip = (0.0, 0.42 + 0.03 * sin(phase))
    person(pen, looks, ((-0.2, height), (0.2, height)),
           ((-0.16, 0), (0.14, 0)), hip)
    pen.line([(-0.55, height), (0.55, height)], STEEL, 0.03)
    for x in (-0.45, 0.45):
        pen.line([(x, height - 0.19), (x, height + 0.19)], DARK, 0.1)
        pen.line([(x * 1.17, height - 0.13), (x * 1.17, height + 0.13)],
                 tint(RED, looks), 0.07)


ACTIONS: Dict[str, Act] = {
    'archery': Act(archery, 0.2, 0.8, 1.2),
    'blowing bubbles': Act(blowing_bubbles, 0.2, 0.9, 1.35),
    'cycling': Act(cycling, 0.55, 0.55, 1.15, 0.2),
    'dribbling a ball': Act(dribbling, 0.25, 0.4, 1.05, 0.1),
    'fishing': Act(fishing, 0.2, 1.2, 1.1),
    'flying a kite': Act(flying_a_kite, 0.25, 0.75, 1.6, 0.06),
    'hula hooping': Act(hula_hoop, 0.45, 0.45),
    'juggling': Act(juggling, 0.35, 0.35, 1.3),
    'painting': Act(painting, 0.2, 0.85, 1.05),
    'playing guitar': Act(playing_guitar, 0.3, 0.5),
    'rowing': Act(rowing, 0.75, 0.75, 0.8, 0.08),
    'skateboarding': Act(skateboarding, 0.4, 0.4, 1.2, 0.2),
    'skipping rope': Act(skipping_rope, 0.45, 0.45, 1.15),
    'walking a dog': Act(walking_a_dog, 0.25, 0.9, 1.05, 0.1),
    'weightlifting': Act(weightlifting, 0.6, 0.6, 1.3),
}
