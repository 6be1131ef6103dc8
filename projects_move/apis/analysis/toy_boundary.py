"""The idea of MOVE on videos of two-dimensional frames (MOVE, Fig. 3).

A frequent and a rare class are two normal distributions of equal spread. With
equal frequencies, the best boundary is the line between them. The frames,
views, extrapolation, interpolation and labels are those of a training, by
the functions of :mod:`projects_move.functional`.
"""
from typing import List, NamedTuple, Tuple

import numpy as np
import torch
from torch import Tensor, nn

from projects_move import functional as F

COUNTS = (150, 8)  # videos of the frequent and of the rare class
CENTERS = ((-1., 0.), (1., 0.))
VIDEO_SPREAD, FRAME_SPREAD = .7, .9
NUM_FRAMES = 20
STEPS, LEARNING_RATE, WEIGHT_DECAY = 300, .01, 1e-3


class ToyBatch(NamedTuple):
    """Augmented videos of one step.

    Attributes:
        views: Two views of each video, ``(B, 2, 2)``.
        extrapolated: ``(B, 2)``.
        mixed: ``(B, 2)``.
        labels: Labels of the mixed videos, ``(B, 2)``.
    """
    views: Tensor
    extrapolated: Tensor
    mixed: Tensor
    labels: Tensor


class ToyResult(NamedTuple):
    """Two classifiers of the same videos.

    Attributes:
        videos: Mean of the frames of each video, ``(B, 2)``.
        classes: Class of each video, 0 is frequent, ``(B,)``.
        batch: One step of MOVE.
        margins: Difference of the logits of the rare and the frequent class
            on the grid, before and after, each ``(M, M)``.
        grid: Coordinates of the grid on each axis, ``(M,)``.
        accuracy: Accuracy of the frequent and the rare class on new videos,
            before and after.
    """
    videos: Tensor
    classes: Tensor
    batch: ToyBatch
    margins: List[np.ndarray]
    grid: np.ndarray
    accuracy: List[Tuple[float, float]]


def draw_videos(counts: Tuple[int, int],
                generator: torch.Generator) -> Tuple[Tensor, Tensor]:
    """Frames ``(B, T, 2)`` and classes ``(B,)`` of random videos."""
    classes = torch.repeat_interleave(torch.tensor(counts))
    centers = torch.tensor(CENTERS)[classes]
    videos = centers + VIDEO_SPREAD * torch.randn(
        len(classes), 2, generator=generator)
    noise = torch.randn(len(classes), NUM_FRAMES, 2, generator=generator)
    return videos[:, None] + FRAME_SPREAD * noise, classes


def augment(frames: Tensor, classes: Tensor,
            generator: torch.Generator) -> ToyBatch:
    """One step of the paper's formulation: views, extrapolation with a step
    from Beta(2, 2) + 1, interpolation with a ratio that is uniform."""
    batch, length = frames.shape[:2]
    tau = F.tau(torch.tensor(COUNTS))
    size = F.min_frames(tau[classes], torch.arange(batch), batch, length)
    order = torch.rand(batch, 2, length, generator=generator).argsort(-1)
    uniform = torch.rand(batch, 2, generator=generator)
    kept = F.subset_masks(order.numpy(),
                          uniform.double().numpy(), size.numpy())
    views = F.prototypes(frames, torch.from_numpy(kept))  # (B, 2, 2)
    # the middle of three uniform numbers is Beta(2, 2)
    omega = 1 + torch.rand(batch, 3, generator=generator).median(-1).values
    z = F.dynamic_extrapolation(views[:, 0], views[:, 1], omega)
    mixed, labels = F.calibrated_interpolation(
        z,
        torch.eye(2)[classes], torch.rand(batch, generator=generator),
        torch.randperm(batch, generator=generator),
        F.label_weight(tau).float())
    return ToyBatch(views, z, mixed, labels)


def toy_boundary(seed: int = 0) -> ToyResult:
    """Train a small classifier without and with MOVE.

    Args:
        seed: Seed of videos, weights and augmentation.
    """
    generator = torch.Generator().manual_seed(seed)
    frames, classes = draw_videos(COUNTS, generator)
    new_frames, new_classes = draw_videos((1000, 1000), generator)
    grid = np.linspace(-4, 4, 161)
    points = torch.tensor(
        np.stack(np.meshgrid(grid, grid), -1), dtype=torch.float)
    margins, accuracy = [], []
    for with_move in (False, True):
        net = _train(frames, classes, with_move, seed)
        with torch.no_grad():
            logits, new = net(points), net(new_frames.mean(1))
        margins.append((logits[..., 1] - logits[..., 0]).numpy())
        right = (new.argmax(-1) == new_classes).float()
        accuracy.append(
            tuple(right[new_classes == label].mean().item()
                  for label in (0, 1)))
    return ToyResult(
        frames.mean(1), classes, augment(frames, classes, generator), margins,
        grid, accuracy)


def _train(frames: Tensor, classes: Tensor, with_move: bool,
           seed: int) -> nn.Module:
    """Classifier with sigmoids, as the heads of this package."""
    generator = torch.Generator().manual_seed(seed + 1)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed + 2)
        net = nn.Sequential(
            nn.Linear(2, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(),
            nn.Linear(64, 2))
    optimizer = torch.optim.AdamW(
        net.parameters(), LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    x, y = frames.mean(1), torch.eye(2)[classes]
    for _ in range(STEPS):
        if with_move:
            _, _, x, y = augment(frames, classes, generator)
        loss = F.binary_cross_entropy(net(x), y).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return net
