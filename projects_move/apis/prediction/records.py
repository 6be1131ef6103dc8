"""Predicted classes of a video."""
from typing import List, NamedTuple, Optional, Sequence, Tuple, Union

import numpy as np


class Prediction(NamedTuple):
    """Predicted classes of one video.

    Attributes:
        name: Name of the video.
        scores: Score of each class, float32 ``(S,)``; None for a video that
            failed.
        labels: Class names, the most likely first.
        problem: Reason of the failure, empty if there is none.
    """
    name: str
    scores: Optional[np.ndarray]
    labels: List[str]
    problem: str = ''

    @classmethod
    def of_result(cls, name: str, result: Union[np.ndarray, str],
                  classes: Sequence[str]) -> 'Prediction':
        """Prediction of scores, or of the reason of a failure.

        Scores that are not finite, or not one for each class, are a failure.
        """
        problem = result if isinstance(result, str) else ''
        if not problem and result.shape != (len(classes), ):
            problem = (f'expected {len(classes)} scores, one for each class, '
                       f'got the shape {result.shape}')
        elif not problem and not np.isfinite(result).all():
            problem = 'the scores of the model hold NaN or infinity'
        if problem:
            return cls(name, None, [], problem)
        order = np.argsort(-result, kind='stable')
        return cls(name, result, [classes[i] for i in order])

    def top(self, count: int) -> List[Tuple[str, float]]:
        """The most likely classes and their scores, all classes if there are
        fewer. Classes of equal scores are in the order of their indices."""
        if self.scores is None:
            return []
        order = np.argsort(-self.scores, kind='stable')[:count]
        return [(label, float(self.scores[i]))
                for label, i in zip(self.labels, order)]
