"""Stages the demonstration clips: who does what, when and where.

A clip is a row of shots. One shot (two in a clip with two labels) shows an
action that names the clip; in all others the same or other people do what
belongs to no class. Only the list of labels of the whole clip is told to the
learner, so most of its frames are labelled wrongly, as in videos of the web.
"""
from dataclasses import dataclass, field
from typing import Iterator, List, Optional, Sequence

import cv2
import numpy as np
from demo_actions import ACTIONS
from demo_distractions import DISTRACTIONS
from demo_figures import Act, Looks, Pen
from demo_places import PLACES, paint_place

NAMES = tuple(ACTIONS)
FINER = 2  # drawn this many times larger, then reduced: smooth outlines
WIDER = 2.2  # width of a place in frames


@dataclass
class Member:
    """One person in a shot; lengths as fractions of the frame's height."""
    act: Act
    looks: Looks
    x: float
    speed: float
    foot: float
    tall: float
    flip: bool
    phase: float
    tempo: float


@dataclass
class Shot:
    """Frames ``start`` to ``stop`` (excluded) of a clip; label or None."""
    start: int
    stop: int
    label: Optional[int]
    place: int
    camera: float
    pan: float
    cast: List[Member] = field(default_factory=list)


@dataclass
class Clip:
    """All that is needed to render a clip, and the truth about it."""
    labels: Sequence[int]
    frames: int
    places: Sequence[str]
    shots: List[Shot]
    light: np.ndarray
    seed: int


def _member(rng: np.random.Generator, act: Act, looks: Looks,
            tall: float) -> Member:
    """Places somebody so that what it does stays in the frame, if it can."""
    flip = bool(rng.integers(2))
    left, right = (act.right, act.left) if flip else (act.left, act.right)
    tall = min(tall, 0.96 / act.top, 1.1 / (left + right))
    low, high = left * tall, 1 - right * tall
    x = rng.uniform(low, high) if low < high else (low + high) / 2
    foot = rng.uniform(max(act.top * tall, 0.78), 0.98)
    speed = (-1 if flip else 1) * act.pace * rng.uniform(0.7, 1.3)
    return Member(act, looks, x, speed, foot, tall, flip,
                  rng.uniform(0, 2 * np.pi), rng.uniform(4.5, 8.0))


def _cast(rng: np.random.Generator, label: Optional[int],
          hero: Looks) -> List[Member]:
    idle = tuple(DISTRACTIONS.values())
    cast = []
    for _ in range(rng.choice(3, p=(0.5, 0.4, 0.1))):
        cast.append(
            _member(rng, idle[rng.integers(len(idle))], Looks.draw(rng),
                    rng.uniform(0.25, 0.4)))
        cast[-1].foot = rng.uniform(0.68, 0.8)
    if label is not None:
        act = ACTIONS[NAMES[label]]
    elif cast and rng.random() < 0.15:
        return cast  # nobody in front
    else:
        act = idle[rng.integers(len(idle))]
        if rng.random() < 0.3:
            hero = Looks.draw(rng)  # somebody else
    cast.append(_member(rng, act, hero, rng.uniform(0.6, 0.8)))
    return cast


def _cut(rng: np.random.Generator, labels: Sequence[int],
         frames: int) -> List[Shot]:
    """Divides ``frames`` into shots: the labels', and distraction between."""
    share = (0.25, 0.40) if len(labels) == 1 else (0.20, 0.28)
    acts = [round(frames * rng.uniform(*share)) for _ in labels]
    gaps = rng.dirichlet(np.full(len(labels) + 1, 1.5))
    gaps = np.floor(gaps * (frames - sum(acts))).astype(int)
    gaps[-1] = frames - sum(acts) - gaps[:-1].sum()
    spans = []
    for k, gap in enumerate(gaps):
        parts = 2 if gap >= 16 else 1
        spans += [(n, None)
                  for n in np.diff(np.linspace(0, gap, parts + 1).astype(int))
                  if n > 0]
        if k < len(labels):
            spans.append((acts[k], int(labels[k])))
    shots, start = [], 0
    for length, label in spans:
        shots.append(
            Shot(start, start + int(length), label, int(rng.integers(2)),
                 rng.uniform(0, 1), rng.uniform(-0.35, 0.35)))
        start = shots[-1].stop
    return shots


def stage_clip(rng: np.random.Generator, labels: Sequence[int],
               frames: int) -> Clip:
    """Draws everything that is random about a clip of ``frames`` frames."""
    labels = list(rng.permutation(labels))
    hero = Looks.draw(rng)
    shots = _cut(rng, labels, frames)
    for shot in shots:
        shot.cast = _cast(rng, shot.label, hero)
    places = list(rng.choice(tuple(PLACES), 2))
    light = rng.uniform(0.8, 1.1) * rng.uniform(0.92, 1.08, 3)
    return Clip([int(k) for k in labels], frames, places, shots, light,
                int(rng.integers(2**31)))


def render_clip(clip: Clip, size: int, fps: int) -> Iterator[np.ndarray]:
    """Yields the frames, ``(size, size, 3)`` uint8 in blue, green, red."""
    rng = np.random.default_rng(clip.seed)
    tall = FINER * size
    wide = int(WIDER * tall)
    places = [paint_place(kind, (tall, wide), rng) for kind in clip.places]
    noise = rng.normal(0, 4, (4, size, size, 3)).astype(np.float32)
    shake = rng.uniform(0.5, 1.5) * tall / 100
    for shot in clip.shots:
        for frame in range(shot.start, shot.stop):
            seconds = (frame - shot.start) / fps
            pan = shot.camera + shot.pan * seconds
            pan = 1 - abs(1 - pan % 2)  # back and forth over the place
            left = int(pan * (wide - tall))
            canvas = places[shot.place][:, left:left + tall].copy()
            sway = shake * np.sin(3.1 * seconds + shot.camera * 6)
            for who in shot.cast:
                _draw(canvas, who, seconds, tall, sway)
            small = cv2.resize(
                canvas, (size, size), interpolation=cv2.INTER_AREA)
            small = small * clip.light.astype(np.float32)
            small += noise[rng.integers(len(noise))]
            yield np.clip(small, 0, 255).astype(np.uint8)


def _draw(canvas: np.ndarray, who: Member, seconds: float, tall: int,
          sway: float) -> None:
    x = (who.x + who.speed * (seconds - 0.5)) * tall
    pen = Pen(canvas, (x, who.foot * tall + sway), who.tall * tall, who.flip)
    who.act.draw(pen, who.looks, who.phase + who.tempo * seconds)
