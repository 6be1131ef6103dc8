"""Top-k accuracy of videos with one or several labels."""
import numpy as np
import torch
from jaxtyping import Float, Int64
from torch import Tensor

from .shapes import check_shapes


@check_shapes
def best_label_rank(scores: Float[Tensor, 'N S'],
                    labels: Int64[Tensor, 'L 2']) -> Int64[Tensor, ' N']:
    """Rank of the best label of each video among the classes, from 0.

    Classes of equal score are ranked by their index. A video is correct at k
    if this rank is below k, that is, if one of its labels is among the best k
    classes.

    Args:
        scores: Scores of all classes.
        labels: Index of the video and of the class of each label, at least
            one label for each video.

    Example:
        >>> best_label_rank(torch.tensor([[.2, .7, .1], [.5, .3, .5]]),
        ...                 torch.tensor([[0, 0], [0, 2], [1, 2]]))
        tensor([1, 1])
    """
    scores = scores.detach()
    video, label = labels.T
    label_scores = scores[video, label]  # (L,)
    best = scores.new_full((len(scores), ), float('-inf'))
    best = best.scatter_reduce(0, video, label_scores, 'amax')
    if scores.is_cpu and scores.dtype != torch.bfloat16:
        # numpy counts several times as fast
        rows, bound = scores.numpy(), best.numpy()[:, None]
        count_higher, count_as_high = (
            np.add.reduce(found.view(np.int8), 1, dtype=np.int32)
            for found in (rows > bound, rows >= bound))
        if (count_as_high == count_higher + 1).all():  # no ties
            return torch.from_numpy(count_higher).long()
    higher = scores > best[:, None]
    equal = scores == best[:, None]
    last = scores.shape[1] - 1
    first = labels.new_full((len(scores), ), last)  # of the equal labels
    candidate = label.where(label_scores == best[video], last)
    first = first.scatter_reduce(0, video, candidate, 'amin')
    classes = torch.arange(scores.shape[1], device=scores.device)
    return (higher | equal & (classes < first[:, None])).sum(1)
