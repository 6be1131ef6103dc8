"""Reliability diagram: how often predictions of a confidence are right.

The predictions are those of the calibration error of ``LongTailMetric``. If
each test video has one label, they are the class with the highest score of
each video. If test videos have several labels, they are all pairs of videos
and classes, and the error is the mean of the errors of the classes.
"""
from typing import NamedTuple, Optional, Sequence

import numpy as np
import torch
from matplotlib.axes import Axes

from projects_move import functional as F
from projects_move.errors import InputError
from projects_move.functional.calibration import NUM_BINS
from .style import COLORS, HATCHES


class Reliability(NamedTuple):
    """Predictions of each class in M bins of confidence.

    Attributes:
        count: Number of predictions, float64 ``(S, M)``.
        confidence: Sum of their confidences, ``(S, M)``.
        correct: Number of correct ones, ``(S, M)``.
        several_labels: Whether the predictions are pairs of videos and
            classes.
    """
    count: np.ndarray
    confidence: np.ndarray
    correct: np.ndarray
    several_labels: bool

    def error(self, members: Optional[Sequence[bool]] = None) -> float:
        """Expected calibration error, of the classes in the mask ``(S,)`` or
        of all; NaN without predictions."""
        gaps = torch.from_numpy(self.confidence - self.correct)
        count = torch.from_numpy(self.count).sum(1)
        if members is not None:
            mask = torch.as_tensor(np.asarray(members, bool))
            gaps, count = gaps[mask], count[mask]
        if self.several_labels:
            return F.expected_calibration_error(gaps, count).mean().item()
        return F.expected_calibration_error(gaps.sum(0), count.sum()).item()

    def bins(self, members: Optional[Sequence[bool]] = None) -> np.ndarray:
        """Count, sum of confidences and number of correct predictions of all
        classes or those of a mask, ``(3, M)``."""
        chosen = slice(None) if members is None else np.asarray(members, bool)
        return np.stack([each[chosen].sum(0) for each in self[:3]])


def reliability(scores: np.ndarray,
                labels: np.ndarray,
                num_bins: int = NUM_BINS) -> Reliability:
    """Sort the predictions of a test into bins of confidence.

    Args:
        scores: Probabilities of the classes, ``(N, S)``.
        labels: Video and class of each label, int64 ``(L, 2)``.
        num_bins: M bins of equal width, closed above, the first also at 0.

    Raises:
        InputError: For a score outside of [0, 1].

    Example:
        >>> result = reliability(np.array([[.9, .1], [.2, .8]]),
        ...                      np.array([[0, 0], [1, 0]]), num_bins=2)
        >>> result.count.tolist(), result.correct.tolist()
        ([[0.0, 1.0], [0.0, 1.0]], [[0.0, 1.0], [0.0, 0.0]])
    """
    num_videos, num_classes = scores.shape
    if scores.size and not (scores.min() >= 0 and scores.max() <= 1):
        wrong = scores.min() if not scores.min() >= 0 else scores.max()
        raise InputError('calibration expects probabilities, found the score '
                         f'{wrong:g}')
    is_label = np.zeros(scores.shape, bool)
    is_label[labels[:, 0], labels[:, 1]] = True
    per_video = np.bincount(labels[:, 0], minlength=num_videos)
    several_labels = bool((per_video > 1).any())
    result = np.zeros((3, num_classes, num_bins))
    if not several_labels:
        video = np.flatnonzero(per_video == 1)
        predicted = scores.argmax(1)[video]
    for label in range(num_classes):
        if several_labels:
            confidence, correct = scores[:, label], is_label[:, label]
        else:
            mine = video[predicted == label]
            confidence, correct = scores[mine, label], is_label[mine, label]
        # the product of a float32 and a small integer is exact in float64
        place = np.ceil(confidence.astype(float) * num_bins).astype(int) - 1
        place = place.clip(min=0)
        for row, weight in zip(result, (None, confidence, correct)):
            row[label] = np.bincount(place, weight, num_bins)
    return Reliability(*result, several_labels)


def plot_reliability(ax: Axes,
                     bins: np.ndarray,
                     error: float,
                     title: str = '') -> None:
    """Draw the share of correct predictions over confidence, and the number
    of predictions below.

    Args:
        ax: Axes to draw on.
        bins: See :meth:`Reliability.bins`, ``(3, M)``.
        error: Expected calibration error.
        title: Name of the predictions.
    """
    count, confidence, correct = bins
    num_bins, total = len(count), count.sum()
    filled = count > 0
    center = (np.arange(num_bins)[filled] + .5) / num_bins
    accuracy = correct[filled] / count[filled]
    gap = confidence[filled] / count[filled] - accuracy
    ax.bar(center, accuracy, .94 / num_bins, color=COLORS[0])
    ax.bar(
        center,
        gap,
        .94 / num_bins,
        accuracy,
        color='none',
        edgecolor=COLORS[6],
        hatch=HATCHES[1],
        linewidth=.5)
    ax.plot([0, 1], [0, 1], color='black', linestyle='--', linewidth=.8)
    share = count / max(total, 1)
    ax.bar(
        (np.arange(num_bins) + .5) / num_bins,
        -.2 * share / max(share.max(), 1e-30),
        .94 / num_bins,
        color='#888888')
    ax.axhline(0, color='black', linewidth=.6)
    ax.text(.02, -.2, 'predictions', color='#555555', va='bottom')
    ax.set(
        xlabel='confidence',
        ylabel='share that is correct',
        xlim=(0, 1),
        ylim=(-.22, 1.02),
        yticks=np.arange(0, 1.01, .25))
    lines = [title] if title else []
    lines.append(f'ECE {error:.3f}, n = {total:,.0f}')
    ax.set_title('\n'.join(lines))
