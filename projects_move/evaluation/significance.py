"""Paired t-tests of the rows of a column against its best row.

Each row has one value for each seed. The runs of two rows with the same seed
are a pair, and the t-test asks whether their differences have a mean of zero.
"""
from typing import Dict, List, NamedTuple, Optional

import numpy as np

MIN_SEEDS = 3
LEVEL = 0.05
NO_DIFFERENCE = 1e-9  # rounding of equal metrics

Values = Dict[int, float]  # by seed


class Comparison(NamedTuple):
    """Rows of a column compared with its best row.

    Args:
        best: Index of the row with the best mean, of those with enough seeds
            if there are any; None without values.
        p_values: p-value of each row, corrected for the number of tests; None
            for the best row and a row without enough seeds.
        untested: Indices of the rows without enough seeds.
    """
    best: Optional[int]
    p_values: List[Optional[float]]
    untested: List[int]

    def is_within_noise(self, index: int) -> bool:
        """Whether a row is not significantly worse than the best one."""
        p_value = self.p_values[index]
        return p_value is not None and p_value >= LEVEL


def compare(rows: List[Values], lower_is_better: bool = False) -> Comparison:
    """Compare each row with the best one.

    Args:
        rows: Values of each row.
        lower_is_better: Whether the best mean is the lowest.
    """
    sign = -1 if lower_is_better else 1
    signed = [{
        seed: sign * value
        for seed, value in row.items()
    } for row in rows]
    filled = [index for index, row in enumerate(signed) if row]
    if not filled:
        return Comparison(None, [None] * len(rows), [])
    # a row that has just begun is no reference for the others
    ready = [index for index in filled if len(signed[index]) >= MIN_SEEDS]
    best = max(
        ready or filled,
        key=lambda index: np.mean(list(signed[index].values())))
    others = [index for index in filled if index != best]
    raw = {
        index: paired_p_value(signed[best], signed[index])
        for index in others
    }
    tested = [index for index in others if raw[index] is not None]
    corrected = dict(zip(tested, holm([raw[index] for index in tested])))
    return Comparison(best,
                      [corrected.get(index) for index in range(len(rows))],
                      [index for index in others if raw[index] is None])


def paired_p_value(best: Values, other: Values) -> Optional[float]:
    """p-value of a two-sided paired t-test over the common seeds.

    Returns:
        1 if the other row is at least as good on these seeds; None for fewer
        than three common seeds. If the other row is worse by the same amount
        on each seed, the t-test has no spread, and the p-value is that of the
        sign test, ``2**(1 - n)``.
    """
    from scipy.stats import ttest_1samp
    common = sorted(best.keys() & other.keys())
    if len(common) < MIN_SEEDS:
        return None
    differences = np.array([best[seed] - other[seed] for seed in common])
    if differences.mean() <= NO_DIFFERENCE:
        return 1.
    if np.ptp(differences) <= NO_DIFFERENCE:
        return 2.**(1 - len(common))
    return float(ttest_1samp(differences, 0).pvalue)


def holm(p_values: List[float]) -> List[float]:
    """p-values corrected for several tests (Holm, 1979): the k-th smallest of
    m is multiplied by m - k + 1, and is at least as large as the one before.

    Example:
        >>> holm([.25, .125, .0625])
        [0.25, 0.25, 0.1875]
    """
    corrected, largest = [0.] * len(p_values), 0.
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    for k, index in enumerate(order):
        largest = max(largest, min(1., (len(p_values) - k) * p_values[index]))
        corrected[index] = largest
    return corrected
