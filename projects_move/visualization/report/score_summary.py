"""What the scores of a run say beyond its metrics."""
from collections import Counter
from typing import Dict, List, NamedTuple, Optional, Tuple

import numpy as np

from projects_move.functional.calibration import NUM_BINS
from .score_file import Scores

MAX_PAIRS = 30
BLOCK = 4096  # videos that are sorted together


class Prediction(NamedTuple):
    """The best class of a video.

    Args:
        video: Name of the video.
        labels: Classes of the video.
        predicted: Class of the highest score.
        score: The highest score.
    """
    video: str
    labels: Tuple[int, ...]
    predicted: int
    score: float

    @property
    def is_right(self) -> bool:
        return self.predicted in self.labels


class Reliability(NamedTuple):
    """Videos by the confidence of their prediction, in M bins of one width.

    Args:
        count: Videos of each bin, ``(M,)``.
        confidence: Sum of their highest scores, ``(M,)``.
        correct: Number of correct predictions, ``(M,)``.
    """
    count: np.ndarray
    confidence: np.ndarray
    correct: np.ndarray

    @property
    def excess(self) -> float:
        """Mean confidence minus accuracy; positive if the scores are too
        high."""
        return float(
            (self.confidence - self.correct).sum() / max(self.count.sum(), 1))


class ScoreSummary(NamedTuple):
    """Summary of the scores of a run.

    Args:
        faulty: Number of videos with a score that is NaN or infinite. They
            count for nothing else.
        predicted: Number of videos for which each class is among the k best,
            ``(S,)``, where k is the number of labels of the video.
        pairs: Label, predicted class and number of wrong predictions, the
            most frequent pairs first.
        reliability: None for videos with several labels and for scores that
            are no probabilities.
    """
    faulty: int
    predicted: np.ndarray
    pairs: List[Tuple[int, int, int]]
    reliability: Optional[Reliability]


def summarize(scores: Scores) -> ScoreSummary:
    """Summary of the scores of a run."""
    finite, used, best = _best(scores)
    labels = _labels(scores)
    pairs = Counter((label, int(best[video])) for video in used.tolist()
                    for label in labels[video]
                    if best[video] not in labels[video])
    return ScoreSummary(
        int((~finite).sum()), _predicted(scores, used, best),
        [(*pair, count) for pair, count in sorted(
            pairs.items(), key=lambda each: (-each[1], each[0]))[:MAX_PAIRS]],
        _reliability(scores, used, best))


def predictions(scores: Scores) -> List[Prediction]:
    """Best class of each video with labels; none without names."""
    if scores.videos is None:
        return []
    _, used, best = _best(scores)
    labels = _labels(scores)
    return [
        Prediction(scores.videos[i], labels[i], int(best[i]),
                   float(scores.scores[i, best[i]])) for i in used.tolist()
    ]


def _best(scores: Scores) -> Tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Whether the scores of each video are finite, ``(N,)``; the videos that
    have such scores and labels; and the best class of each of them, ``(N,)``,
    -1 for the others."""
    finite = np.isfinite(scores.scores).all(1)
    used = np.flatnonzero(finite & (scores.labels_per_video > 0))
    best = scores.scores.argmax(1)
    best[np.setdiff1d(np.arange(len(best)), used)] = -1
    return finite, used, best


def _labels(scores: Scores) -> Dict[int, Tuple[int, ...]]:
    found: Dict[int, Tuple[int, ...]] = {}
    for video, label in scores.labels.tolist():
        found[video] = (*found.get(video, ()), label)
    return found


def _predicted(scores: Scores, used: np.ndarray,
               best: np.ndarray) -> np.ndarray:
    """Number of videos that have each class among their k best, ``(S,)``."""
    classes = scores.scores.shape[1]
    per_video = scores.labels_per_video
    counts = np.bincount(best[used[per_video[used] == 1]], minlength=classes)
    for k in np.unique(per_video[used]):
        videos = used[per_video[used] == k] if k > 1 else used[:0]
        for start in range(0, len(videos), BLOCK):
            block = -scores.scores[videos[start:start + BLOCK]]
            ranked = np.argpartition(block, k - 1, axis=1)[:, :k]
            counts += np.bincount(ranked.ravel(), minlength=classes)
    return counts


def _reliability(scores: Scores, used: np.ndarray,
                 best: np.ndarray) -> Optional[Reliability]:
    """As :func:`projects_move.functional.calibration_gaps` bins them."""
    if not len(used) or not scores.has_one_label:
        return None
    confidence = scores.scores[used, best[used]].astype(np.float64)
    if (scores.scores < 0)[used].any() or confidence.max() > 1:
        return None
    label = np.full(len(best), -1)
    label[scores.labels[:, 0]] = scores.labels[:, 1]
    correct = (label[used] == best[used]).astype(float)
    bins = np.maximum(np.ceil(confidence * NUM_BINS).astype(int) - 1, 0)
    return Reliability(*(np.bincount(bins, weights, NUM_BINS)
                         for weights in (None, confidence, correct)))
