"""Class sizes and labels of the demonstration clips."""
from typing import List

import numpy as np


def class_sizes(num_classes: int, head: int, tail: int,
                rng: np.random.Generator) -> np.ndarray:
    """Training clips per class ``(S,)``: head * (tail / head)^(rank/(S-1)).

    Ranks are random, so that the size of a class does not follow its index.
    """
    rank = rng.permutation(num_classes)
    share = (tail / head)**(rank / (num_classes - 1))
    return np.rint(head * share).astype(np.int64)


def draw_label_sets(counts: np.ndarray, two_label_share: float,
                    rng: np.random.Generator) -> List[List[int]]:
    """Labels of each clip such that class ``c`` occurs ``counts[c]`` times.

    A share ``two_label_share`` of the clips has two different labels.
    """
    pool = list(rng.permutation(np.repeat(np.arange(len(counts)), counts)))
    num_pairs = round(len(pool) * two_label_share / (1 + two_label_share))
    sets = []
    while len(sets) < num_pairs:
        first = pool.pop()
        other = next(
            (k for k in reversed(range(len(pool))) if pool[k] != first), None)
        if other is None:  # only one class is left
            pool.append(first)
            break
        sets.append([int(first), int(pool.pop(other))])
    sets += [[int(label)] for label in pool]
    return [sets[k] for k in rng.permutation(len(sets))]
