"""Seeding of all random number generators of a process."""
import random

import numpy as np
import torch


def seed_generators(seed: int, *key: int) -> None:
    """Seed Python, numpy and torch, on every device, from a seed and a key.

    Different keys give independent random numbers, also for seeds that are
    neighbours: numpy's ``SeedSequence`` mixes seed and key.

    Args:
        seed: Seed of the run.
        key: Numbers from 0 that say what is drawn, such as an epoch and a
            position.

    Example:
        >>> seed_generators(3, 0, 1)
        >>> first = random.random(), np.random.rand(), torch.rand(1).item()
        >>> seed_generators(3, 0, 1)
        >>> first == (random.random(), np.random.rand(), torch.rand(1).item())
        True
        >>> seed_generators(3, 1, 0)
        >>> first[0] == random.random()
        False
    """
    sequence = np.random.SeedSequence(seed % 2**64, spawn_key=key)
    words = sequence.generate_state(4, np.uint64)
    random.seed(int(words[0]))
    np.random.seed(words[1:3].view(np.uint32))
    if torch.accelerator.is_available():
        torch.manual_seed(int(words[3]))
    else:  # the function for all devices formats the stack of each call
        torch.default_generator.manual_seed(int(words[3]))
