"""Random scenes of the demonstration clips, and their rendering.

A clip is a sequence of shots. One shot (two in a clip with two labels) shows
a labelled action. In all other shots the same or other people make movements
that belong to no class. Labels are those of whole clips, so most frames do not
show the labelled action, as in videos from the web.
"""
from dataclasses import dataclass, field
from typing import Iterator, List, Optional, Sequence

import cv2
import numpy as np

from .actions import ACTIONS
from .distractions import DISTRACTIONS
from .figures import Act, Looks, Pen
from .places import PLACES, paint_place

NAMES = tuple(ACTIONS)
SUPERSAMPLING = 2  # drawn larger by this factor, then reduced
PLACE_WIDTH = 2.2  # in frame widths


@dataclass
class Member:
    """Person in a shot; lengths are fractions of the frame's height."""
    act: Act
    looks: Looks
    x: float
    speed: float
    foot: float
    height: float
    flip: bool
    phase: float
    tempo: float


@dataclass
class Shot:
    """Frames ``start`` to ``stop`` (excluded) of a clip.

    ``label`` is None where no labelled action is shown.
    """
    start: int
    stop: int
    label: Optional[int]
    place: int
    camera: float
    pan: float
    cast: List[Member] = field(default_factory=list)


@dataclass
class Clip:
    """Labels and scene of a clip, complete for rendering."""
    labels: Sequence[int]
    frames: int
    places: Sequence[str]
    shots: List[Shot]
    light: np.ndarray
    seed: int


def _sample_member(rng: np.random.Generator, act: Act, looks: Looks,
                   height: float) -> Member:
    """Person at a random position where the movement fits in the frame."""
    flip = bool(rng.integers(2))
    left, right = (act.right, act.left) if flip else (act.left, act.right)
    height = min(height, 0.96 / act.top, 1.1 / (left + right))
    low, high = left * height, 1 - right * height
    x = rng.uniform(low, high) if low < high else (low + high) / 2
    foot = rng.uniform(max(act.top * height, 0.78), 0.98)
    speed = (-1 if flip else 1) * act.pace * rng.uniform(0.7, 1.3)
    return Member(act, looks, x, speed, foot, height, flip,
                  rng.uniform(0, 2 * np.pi), rng.uniform(4.5, 8.0))


def _sample_cast(rng: np.random.Generator, label: Optional[int],
                 lead: Looks) -> List[Member]:
    distractions = tuple(DISTRACTIONS.values())
    cast = []
    for _ in range(rng.choice(3, p=(0.5, 0.4, 0.1))):
        cast.append(
            _sample_member(rng, distractions[rng.integers(len(distractions))],
                           Looks.draw(rng), rng.uniform(0.25, 0.4)))
        cast[-1].foot = rng.uniform(0.68, 0.8)
    if label is not None:
        act = ACTIONS[NAMES[label]]
    elif cast and rng.random() < 0.15:
        return cast  # nobody in the foreground
    else:
        act = distractions[rng.integers(len(distractions))]
        if rng.random() < 0.3:
            lead = Looks.draw(rng)  # another person
    cast.append(_sample_member(rng, act, lead, rng.uniform(0.6, 0.8)))
    return cast


def _sample_shots(rng: np.random.Generator, labels: Sequence[int],
                  frames: int) -> List[Shot]:
    """Random shots of the labels, with unlabelled shots between them."""
    share = (0.25, 0.40) if len(labels) == 1 else (0.20, 0.28)
    lengths = [round(frames * rng.uniform(*share)) for _ in labels]
    gaps = rng.dirichlet(np.full(len(labels) + 1, 1.5))
    gaps = np.floor(gaps * (frames - sum(lengths))).astype(int)
    gaps[-1] = frames - sum(lengths) - gaps[:-1].sum()
    spans = []
    for k, gap in enumerate(gaps):
        parts = 2 if gap >= 16 else 1
        spans += [(n, None)
                  for n in np.diff(np.linspace(0, gap, parts + 1).astype(int))
                  if n > 0]
        if k < len(labels):
            spans.append((lengths[k], int(labels[k])))
    shots, start = [], 0
    for length, label in spans:
        shots.append(
            Shot(start, start + int(length), label, int(rng.integers(2)),
                 rng.uniform(0, 1), rng.uniform(-0.35, 0.35)))
        start = shots[-1].stop
    return shots


def sample_clip(rng: np.random.Generator, labels: Sequence[int],
                frames: int) -> Clip:
    """Random scene with the actions ``labels`` in ``frames`` frames."""
    labels = list(rng.permutation(labels))
    lead = Looks.draw(rng)
    shots = _sample_shots(rng, labels, frames)
    for shot in shots:
        shot.cast = _sample_cast(rng, shot.label, lead)
    places = list(rng.choice(tuple(PLACES), 2))
    light = rng.uniform(0.8, 1.1) * rng.uniform(0.92, 1.08, 3)
    return Clip([int(k) for k in labels], frames, places, shots, light,
                int(rng.integers(2**31)))


def render_clip(clip: Clip, size: int, fps: int) -> Iterator[np.ndarray]:
    """Frames of a clip, ``(size, size, 3)`` uint8 in blue, green, red."""
    rng = np.random.default_rng(clip.seed)
    height = SUPERSAMPLING * size
    width = int(PLACE_WIDTH * height)
    places = [paint_place(kind, (height, width), rng) for kind in clip.places]
    noise = rng.normal(0, 4, (4, size, size, 3)).astype(np.float32)
    shake = rng.uniform(0.5, 1.5) * height / 100
    for shot in clip.shots:
        for frame in range(shot.start, shot.stop):
            seconds = (frame - shot.start) / fps
            pan = shot.camera + shot.pan * seconds
            pan = 1 - abs(1 - pan % 2)  # back and forth
            left = int(pan * (width - height))
            canvas = places[shot.place][:, left:left + height].copy()
            sway = shake * np.sin(3.1 * seconds + shot.camera * 6)
            for member in shot.cast:
                _draw(canvas, member, seconds, height, sway)
            small = cv2.resize(
                canvas, (size, size), interpolation=cv2.INTER_AREA)
            small = small * clip.light.astype(np.float32)
            small += noise[rng.integers(len(noise))]
            yield np.clip(small, 0, 255).astype(np.uint8)


def _draw(canvas: np.ndarray, member: Member, seconds: float, height: int,
          sway: float) -> None:
    x = (member.x + member.speed * (seconds - 0.5)) * height
    pen = Pen(canvas, (x, member.foot * height + sway), member.height * height,
              member.flip)
    member.act.draw(pen, member.looks, member.phase + member.tempo * seconds)
