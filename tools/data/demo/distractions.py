"""Movements in the demonstration clips that belong to no class.

They occur in the clips of all classes. Some have objects, such as parcels,
carts and balloons, so that a model cannot recognise an action by the mere
presence of an object.
"""
from typing import Dict

from numpy import sin

from .figures import Act, Looks, Pen, arc, gait, person

WOOD, DARK, WHITE = (50, 95, 150), (45, 45, 50), (240, 245, 245)


def walking(pen: Pen, looks: Looks, phase: float) -> None:
    swing = 0.14 * sin(phase)
    person(pen, looks, ((swing, 0.44), (-swing, 0.44)), gait(phase))


def jogging(pen: Pen, looks: Looks, phase: float) -> None:
    swing = 0.16 * sin(1.5 * phase)
    person(
        pen,
        looks, ((0.1 + swing, 0.6), (0.1 - swing, 0.6)),
        gait(1.5 * phase, 0.24, 0.16), (0, 0.45),
        lean=0.07)


def waving(pen: Pen, looks: Looks, phase: float) -> None:
    hand = (0.2 + 0.09 * sin(2 * phase), 1.02)
    person(pen, looks, ((-0.12, 0.45), hand))


def carrying(pen: Pen, looks: Looks, phase: float) -> None:
    person(pen, looks, ((0.22, 0.56), (0.22, 0.52)), gait(phase, 0.13))
    pen.fill([(0.14, 0.44), (0.42, 0.44), (0.42, 0.7), (0.14, 0.7)],
             looks.other)
    pen.line([(0.28, 0.44), (0.28, 0.7)], WOOD, 0.04)


def pushing_a_cart(pen: Pen, looks: Looks, phase: float) -> None:
    person(pen, looks, ((0.28, 0.56), (0.28, 0.56)), gait(phase), lean=0.06)
    pen.line([(0.26, 0.56), (0.4, 0.2)], DARK, 0.03)
    pen.fill([(0.36, 0.2), (0.78, 0.2), (0.84, 0.5), (0.36, 0.5)], looks.other)
    for x in (0.42, 0.72):
        pen.ring((x, 0.09), 0.08, DARK, 0.035)


def holding_a_balloon(pen: Pen, looks: Looks, phase: float) -> None:
    x, y = 0.3 + 0.05 * sin(phase), 1.18
    person(pen, looks, ((-0.1, 0.46), (0.2, 0.6)), gait(phase, 0.08))
    pen.line([(0.2, 0.6), (x, y)], WHITE, 0.012)
    pen.fill(arc((x, y), (0.13, 0.16)), looks.other)


DISTRACTIONS: Dict[str, Act] = {
    'walking': Act(walking, pace=0.12),
    'jogging': Act(jogging, pace=0.22),
    'waving': Act(waving),
    'carrying a parcel': Act(carrying, 0.25, 0.45, pace=0.1),
    'pushing a cart': Act(pushing_a_cart, 0.3, 0.85, pace=0.12),
    'holding a balloon': Act(holding_a_balloon, 0.25, 0.45, 1.35, pace=0.06),
}
