"""Expected calibration error (Guo et al., ICML 2017, Eq. 3).

The interval from 0 to 1 is divided into M bins of equal width, and B_m are the
n_m of n predictions whose confidence lies in ``((m - 1) / M, m / M]``, for the
first bin also at 0:

    ECE = sum_m  n_m / n |accuracy(B_m) - mean confidence(B_m)|

A summand is the gap of its bin, |number of correct predictions - sum of the
confidences|, divided by n. Gaps of several ranks are therefore added.
"""
import torch
from jaxtyping import Float, Float64, Shaped
from torch import Tensor

from .shapes import check_shapes

NUM_BINS = 15  # as in the paper


@check_shapes
def calibration_gaps(confidence: Float[Tensor, ' N'],
                     correct: Shaped[Tensor, ' N'],
                     num_bins: int = NUM_BINS) -> Float64[Tensor, ' M']:
    """Sum of the confidences minus the number of correct predictions, for
    each bin.

    Args:
        confidence: Probability that the model gives to each prediction.
        correct: Whether each prediction is correct, 0 or 1.
        num_bins: M.

    Raises:
        ValueError: For a confidence outside of [0, 1].

    Example:
        >>> calibration_gaps(torch.tensor([.25, .5, .75, 1.]),
        ...                  torch.tensor([True, False, True, True]), 2)
        tensor([-0.2500, -0.2500], dtype=torch.float64)
    """
    confidence = confidence.detach()
    if len(confidence):
        low, high = confidence.aminmax()
        if not (low >= 0 and high <= 1):
            found = low if not low >= 0 else high
            raise ValueError('calibration_gaps: expected confidences between '
                             f'0 and 1, found {found:g}')
    confidence = confidence.double()
    # the product of a float32 and a small integer is exact in float64
    bins = (confidence * num_bins).ceil_().long()
    gaps = torch.bincount(bins, confidence - correct.double(), num_bins + 1)
    gaps[1] += gaps[0]  # of the confidence 0
    return gaps[1:].double()  # integers if N is 0


@check_shapes
def expected_calibration_error(gaps: Float64[Tensor, ' *G M'],
                               count: Shaped[Tensor,
                                             ' *G']) -> Float64[Tensor, ' *G']:
    """Calibration error from the gaps of all bins.

    Args:
        gaps: See :func:`calibration_gaps`; one row for each group.
        count: Number of predictions of each group.

    Returns:
        Error of each group in [0, 1], NaN for a group without predictions.

    Example:
        >>> expected_calibration_error(
        ...     torch.tensor([-.25, -.25]).double(), torch.tensor(4))
        tensor(0.1250, dtype=torch.float64)
    """
    return gaps.abs().sum(-1) / count
