"""Head against tail when the logits are shifted by the class prior.

A shift after the training raises rare classes at the cost of frequent ones, or
the reverse (Menon et al., "Long-tail learning via logit adjustment", ICLR
2021, Eq. 9). It needs no training, so that each run can be compared at its own
best shift.
"""
from typing import Dict, NamedTuple, Sequence, Tuple

import numpy as np
import torch
from matplotlib.axes import Axes

from projects_move import functional as F
from projects_move.utils.escape import plot_label
from .style import legend_above, run_style

TAUS = np.linspace(-1, 1, 9)


class ShiftedAccuracy(NamedTuple):
    """Accuracy at M shifts.

    Attributes:
        overall: Share of the videos that are correct, ``(M,)``.
        classes: Share of the videos of each class that are correct,
            ``(M, S)``, NaN for a class without test videos.
    """
    overall: np.ndarray
    classes: np.ndarray

    def mean(self, members: Sequence[bool]) -> np.ndarray:
        """Mean of the classes in a mask ``(S,)``, as in the metrics by
        group."""
        return np.nanmean(self.classes[:, np.asarray(members, bool)], 1)


def shifted_accuracy(logits: np.ndarray,
                     labels: np.ndarray,
                     class_counts: Sequence[int],
                     taus: Sequence[float] = TAUS) -> ShiftedAccuracy:
    """Accuracy with ``logits - tau * log_prior``, as ``post_hoc_tau`` of a
    head subtracts it.

    Args:
        logits: Logits of the classes, ``(N, S)``.
        labels: Video and class of each label, ``(L, 2)``; a video is correct
            if its best class is one of its labels.
        class_counts: Training videos of each class, ``(S,)``; none counts as
            one.
        taus: Factors on the log prior, ``(M,)``.

    Example:
        >>> logits = np.array([[2., 1.], [1.5, 1.]])
        >>> found = shifted_accuracy(logits, np.array([[0, 0], [1, 1]]),
        ...                          [20, 10], [0, 1])
        >>> found.overall.tolist(), found.classes.tolist()
        ([0.5, 1.0], [[1.0, 0.0], [1.0, 1.0]])
    """
    counts = torch.as_tensor(class_counts).clamp(min=1)
    prior = F.log_prior(counts).numpy()
    video, label = labels.T
    overall, classes = [], []
    with np.errstate(invalid='ignore'):  # classes without test videos
        for tau in taus:
            rank = F.best_label_rank(
                torch.from_numpy(logits - tau * prior),
                torch.from_numpy(labels).long())
            correct = (rank == 0).numpy()
            overall.append(correct.mean())
            classes.append(
                np.bincount(label, correct[video], logits.shape[1]) /
                np.bincount(label, minlength=logits.shape[1]))
    return ShiftedAccuracy(np.array(overall), np.array(classes))


def plot_head_and_tail(ax: Axes, runs: Dict[str, Tuple[np.ndarray,
                                                       np.ndarray]],
                       taus: Sequence[float]) -> None:
    """Draw tail accuracy over head accuracy, a curve for each run. A large
    marker is the run as it is, without a shift.

    Args:
        ax: Axes to draw on.
        runs: Head and tail accuracy at each shift, by run.
        taus: Shifts, ``(M,)``.
    """
    plain = int(np.abs(taus).argmin())
    for i, (name, (head, tail)) in enumerate(runs.items()):
        style = run_style(i)
        ax.plot(
            head,
            tail,
            color=style.color,
            linestyle=style.line,
            marker='.',
            markersize=4,
            label=plot_label(name))
        ax.plot(
            head[plain],
            tail[plain],
            color=style.color,
            marker=style.marker,
            markersize=7,
            clip_on=False)
    ax.set(xlabel='head accuracy', ylabel='tail accuracy')
    legend_above(ax, min(len(runs), 2))


def plot_shifted_accuracy(ax: Axes, runs: Dict[str, np.ndarray],
                          taus: Sequence[float]) -> None:
    """Draw accuracy over the shift, a curve for each run, whose best shift
    has a marker and is named.

    Args:
        ax: Axes to draw on.
        runs: Accuracy at each shift, by run.
        taus: Shifts, ``(M,)``.
    """
    for i, accuracy in enumerate(runs.values()):
        style, best = run_style(i), int(np.argmax(accuracy))
        ax.plot(taus, accuracy, color=style.color, linestyle=style.line)
        ax.plot(
            taus[best],
            accuracy[best],
            color=style.color,
            marker=style.marker,
            linestyle='none',
            label=f'{accuracy[best]:.3f} at τ = {taus[best]:g}')
    ax.axvline(0, color='#999999', linewidth=.5)
    ax.set(
        xlabel='τ: logits − τ log prior',
        ylabel='accuracy',
        xticks=np.linspace(min(taus), max(taus), 5))
    legend_above(ax, min(len(runs), 2))
