"""What the scores of a run say beyond its metrics."""
from collections import Counter
from typing import Dict, List, NamedTuple, Optional, Tuple

import numpy as np

from projects_move.utils.saved_scores import SavedScores
from projects_move.visualization.reliability import reliability

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


class ScoreSummary(NamedTuple):
    """Summary of the scores of a run.

    Args:
        faulty: Number of videos with a score that is NaN or infinite. They
            count for nothing else.
        predicted: Number of videos for which each class is among the k best,
            ``(S,)``, where k is the number of labels of the video.
        pairs: Label, predicted class and number of wrong predictions of each
            pair of classes that is confused, the most frequent pairs first.
        bins: Number of predictions, sum of their confidences, and number of
            correct ones in M bins of confidence, ``(3, M)``, see
            :func:`projects_move.visualization.reliability`; None for scores
            that are no probabilities.
    """
    faulty: int
    predicted: np.ndarray
    pairs: List[Tuple[int, int, int]]
    bins: Optional[np.ndarray]

    @property
    def excess(self) -> Optional[float]:
        """Mean confidence minus share of correct predictions, positive if the
        scores are too high; None without bins."""
        if self.bins is None:
            return None
        count, confidence, correct = self.bins.sum(1)
        return float((confidence - correct) / count)


def summarize(scores: SavedScores) -> ScoreSummary:
    """Summary of the scores of a run."""
    finite, used, best = _best(scores)
    labels = _labels(scores)
    pairs = Counter((label, int(best[video])) for video in used.tolist()
                    for label in labels[video]
                    if best[video] not in labels[video])
    return ScoreSummary(
        int((~finite).sum()), _predicted(scores, used, best),
        [(*pair, count) for pair, count in sorted(
            pairs.items(), key=lambda each: (-each[1], each[0]))],
        _bins(scores, finite))


def predictions(scores: SavedScores) -> List[Prediction]:
    """Best class of each video with labels; none without names."""
    if scores.videos is None:
        return []
    _, used, best = _best(scores)
    labels = _labels(scores)
    return [
        Prediction(scores.videos[i], labels[i], int(best[i]),
                   float(scores.scores[i, best[i]])) for i in used.tolist()
    ]


def _best(scores: SavedScores) -> Tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Whether the scores of each video are finite, ``(N,)``; the videos that
    have such scores and labels; and the best class of each of them, ``(N,)``,
    -1 for the others."""
    finite = scores.finite
    used = np.flatnonzero(finite & (scores.labels_per_video > 0))
    best = scores.scores.argmax(1)
    best[np.setdiff1d(np.arange(len(best)), used)] = -1
    return finite, used, best


def _labels(scores: SavedScores) -> Dict[int, Tuple[int, ...]]:
    found: Dict[int, Tuple[int, ...]] = {}
    for video, label in scores.labels.tolist():
        found[video] = (*found.get(video, ()), label)
    return found


def _predicted(scores: SavedScores, used: np.ndarray,
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


def _bins(scores: SavedScores, finite: np.ndarray) -> Optional[np.ndarray]:
    """Bins of the videos whose scores are finite, ``(3, M)``."""
    kept, labels = scores.scores, scores.labels
    if not finite.all():
        kept, labels = kept[finite], labels[finite[labels[:, 0]]]
        number = np.cumsum(finite) - 1  # of each video among those
        labels = np.stack([number[labels[:, 0]], labels[:, 1]], 1)
    if not len(labels) or kept.min() < 0 or kept.max() > 1:
        return None
    return reliability(kept, labels).bins()
