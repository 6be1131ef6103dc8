import pytest
import torch
from torch.autograd import gradcheck

import projects_move.functional as F
from tests import oracles
from tests.golden import assert_close, load
from tests.tiny import multi_hot

COUNTS = torch.tensor([7, 310, 22, 22, 1, 90, 150])
TAU = F.tau(COUNTS)


def test_tau_equals_equation():
    expected = torch.tensor(oracles.tau(COUNTS), dtype=torch.float64)
    assert_close(TAU, expected, 1e-15)


@pytest.mark.parametrize('counts, tau', [([5, 5, 5], [0, 0, 0]), ([8], [0]),
                                         ([4, 3], [1, 0])])
def test_tau_limits(counts, tau):
    assert F.tau(torch.tensor(counts)).tolist() == tau


@pytest.mark.parametrize('change', [
    lambda q: 13 * q + 5,
    lambda q: q.double() / q.sum(),
])
def test_tau_ignores_scale_and_offset(change):
    # the released code divides the counts by their sum first
    assert_close(F.tau(change(COUNTS)), TAU, 1e-12)


@pytest.mark.parametrize('gamma', [0., 0.5, 2.])
def test_label_weight_equals_equation(gamma):
    expected = [(1 - float(t)) + gamma for t in TAU]
    assert F.label_weight(TAU, gamma).tolist() == pytest.approx(expected)


def test_label_weight_limits():
    weight = F.label_weight(torch.tensor([0., 1.]), gamma=0.25)
    assert weight.tolist() == [1.25, 0.25]


def test_label_weight_falls_with_frequency():
    weight = F.label_weight(TAU)[COUNTS.argsort(stable=True)]
    assert (weight.diff() <= 0).all() and weight[0] > weight[-1]


def test_gradcheck():
    assert gradcheck(F.tau, COUNTS.double().requires_grad_())
    tau = torch.rand(5, dtype=torch.float64, requires_grad=True)
    assert gradcheck(F.label_weight, (tau, 0.3))


def min_frames(tau, target, *args):
    """Of multi-hot labels ``(B, S)``."""
    owners, labels = target.nonzero().T
    return F.min_frames(tau[labels], owners, len(target), *args)


@pytest.mark.parametrize('num_frames', [1, 2, 17, 60, 151])
@pytest.mark.parametrize('sigma', [1, 3, 9])
def test_min_frames_equals_rule(num_frames, sigma):
    labels = [[1], [0], [4, 1], [2, 5, 6], [0, 1, 2, 3, 4, 5, 6]]
    target = torch.stack([multi_hot(label, len(COUNTS)) for label in labels])
    expected = [
        min(oracles.min_frames(TAU, label, num_frames, sigma), num_frames)
        for label in labels
    ]
    got = min_frames(TAU, target, num_frames, sigma)
    assert got.dtype == torch.int64 and got.tolist() == expected


def test_min_frames_limits():
    tau, eye = torch.tensor([0., 1.]), torch.eye(2)
    assert min_frames(tau, eye, 60).tolist() == [3, 60]
    assert min_frames(tau, eye, 2).tolist() == [2, 2]
    # an exact product does not lose a frame to rounding
    assert min_frames(torch.tensor([0.5]), torch.ones(1, 1), 60) == 30


def test_min_frames_takes_each_row_alone():
    target = (torch.rand(9, 7) < .4).float()
    target[:, 3] = 1
    alone = [min_frames(TAU, row[None], 33).item() for row in target]
    assert min_frames(TAU, target, 33).tolist() == alone
    assert min_frames(TAU.flip(0), target.flip(1), 33).tolist() == alone
    assert len(set(alone)) > 3


def test_min_frames_names_the_video_without_label():
    target = torch.tensor([[1, 0], [0, 0]])
    with pytest.raises(ValueError, match='video 1 .* no label'):
        min_frames(torch.tensor([0., 1.]), target, 10)


def test_golden_statistics():
    z = load('longtail_stats')
    num_frames, sigma = int(z['num_frames']), int(z['min_frames'])
    tau = F.tau(z['class_counts'])
    assert_close(tau, z['tau'], 1e-12)
    assert_close(
        F.label_weight(tau, float(z['gamma'])), z['label_weight'], 1e-6)
    bound = z['frames_lower_bound']
    assert_close((tau * num_frames).clamp(min=sigma), bound, 1e-12)
    for target, expected in ((z['target'], z['lower_bound_per_sample']),
                             (torch.eye(len(tau)), bound.long())):
        min_size = min_frames(tau, target, num_frames, sigma)
        assert torch.equal(min_size, expected)
