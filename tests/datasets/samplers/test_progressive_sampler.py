import numpy as np
import pytest
import torch

from projects_move import functional as F
from projects_move.datasets.samplers import (ClassBalancedSampler,
                                             ProgressiveSampler)


class Videos:
    """Data set of the labels of eight videos, one with two labels."""
    video_labels = (np.array([0, 1, 2, 3, 4, 5, 5, 6,
                              7]), np.array([0, 0, 0, 0, 0, 0, 2, 1, 1]))

    def __len__(self):
        return 8


def test_probabilities_by_the_equation():
    sampler = ProgressiveSampler(Videos(), max_epochs=4, seed=0)
    frequency = torch.tensor([6, 2, 1]).double() / 9
    for epoch in range(6):
        sampler.set_epoch(epoch)
        t = min(epoch / 4, 1)
        torch.testing.assert_close(sampler.probabilities,
                                   (1 - t) * frequency + t / 3)


def test_number_of_epochs_is_needed():
    with pytest.raises(ValueError, match='ProgressiveSamplingHook'):
        list(ProgressiveSampler(Videos(), seed=0))


@pytest.mark.parametrize('power', [0., .5, 1.])
def test_expected_counts_are_those_of_many_draws(power):
    sampler = ClassBalancedSampler(Videos(), power=power, seed=0)
    videos, labels = map(torch.from_numpy, Videos.video_labels)
    drawn = torch.zeros(3)
    for epoch in range(2000):
        sampler.set_epoch(epoch)
        times = torch.bincount(torch.tensor(list(sampler)), minlength=8)
        drawn += torch.bincount(labels, times[videos], 3)
    torch.testing.assert_close(
        drawn.double() / 2000, sampler.expected_counts(), rtol=.05, atol=.03)
    assert sampler.num_draws == 8


def test_one_label_by_power_one_is_the_list():
    labels = np.array([0, 0, 0, 1, 2])
    videos = type('One', (), dict(video_labels=(np.arange(5), labels)))
    videos.__len__ = lambda self: 5
    sampler = ClassBalancedSampler(videos(), power=1., seed=0)
    torch.testing.assert_close(sampler.expected_counts(),
                               torch.tensor([3., 1., 1.]).double())
    assert torch.equal(sampler.probabilities,
                       F.sampling_probability(torch.tensor([3, 1, 1]), 1.))


def test_power_is_checked():
    with pytest.raises(ValueError, match='power must be in .0, 1., got 1.5'):
        ClassBalancedSampler(Videos(), power=1.5, seed=0)
