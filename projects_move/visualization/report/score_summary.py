"""What the scores of a run say beyond its metrics."""
from typing import Dict, List, NamedTuple, Optional, Tuple

import numpy as np

from projects_move.utils.saved_scores import SavedScores
from projects_move.visualization.confusion import confusion_matrix
from projects_move.visualization.reliability import reliability


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
        confusion: Number of labels of each class by predicted class,
            ``(S, S)``, see
            :func:`projects_move.visualization.confusion_matrix`.
        bins: Number of predictions, sum of their confidences, and number of
            correct ones in M bins of confidence, ``(3, M)``, see
            :func:`projects_move.visualization.reliability`; None for scores
            that are no probabilities.
    """
    faulty: int
    confusion: np.ndarray
    bins: Optional[np.ndarray]

    @property
    def predicted(self) -> np.ndarray:
        """Number of videos for which each class is among the k best, ``(S,)``,
        where k is the number of labels of the video."""
        return self.confusion.sum(0)

    @property
    def excess(self) -> Optional[float]:
        """Mean confidence minus share of correct predictions, positive if the
        scores are too high; None without bins."""
        if self.bins is None:
            return None
        count, confidence, correct = self.bins.sum(1)
        return float((confidence - correct) / count)


def summarize(saved: SavedScores) -> ScoreSummary:
    """Summary of the scores of a run."""
    finite, scores, labels = saved.finite, saved.scores, saved.labels
    if not finite.all():
        scores, labels = scores[finite], labels[finite[labels[:, 0]]]
        number = np.cumsum(finite) - 1  # of each video among those
        labels = np.stack([number[labels[:, 0]], labels[:, 1]], 1)
    are_probabilities = len(labels) and scores.min() >= 0 and scores.max() <= 1
    return ScoreSummary(
        int((~finite).sum()), confusion_matrix(scores, labels),
        reliability(scores, labels).bins() if are_probabilities else None)


def predictions(saved: SavedScores) -> List[Prediction]:
    """Best class of each video with labels and finite scores; none without
    names."""
    if saved.videos is None:
        return []
    labels: Dict[int, Tuple[int, ...]] = {}
    for video, label in saved.labels[saved.finite[saved.labels[:,
                                                               0]]].tolist():
        labels[video] = (*labels.get(video, ()), label)
    best = saved.scores.argmax(1)
    return [
        Prediction(saved.videos[i], own, int(best[i]),
                   float(saved.scores[i, best[i]]))
        for i, own in labels.items()
    ]
