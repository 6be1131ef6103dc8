import pytest
import torch
from torch.autograd import gradcheck

import projects_move.functional as F
from tests import oracles
from tests.golden import assert_close, load

PARTNER = torch.tensor([2, 0, 1, 4, 3])
WEIGHT = torch.tensor([1.5, 0.5, 1.1, 0.9], dtype=torch.float64)


def batch(*inner):
    torch.manual_seed(0)
    z = torch.randn(5, *inner, dtype=torch.float64)
    target = torch.tensor([[1, 0, 0, 0], [0, 1, 0, 1], [0, 0, 1, 0],
                           [1, 1, 0, 0], [0, 0, 0, 1]]).double()
    return z, target


@pytest.mark.parametrize('per_video', [False, True])
def test_equals_equation(per_video):
    z, target = batch(6)
    lam = torch.rand(5 if per_video else (), dtype=torch.float64)
    got = F.calibrated_interpolation(z, target, lam, PARTNER, WEIGHT)
    expected = oracles.move_augment(z, z, torch.tensor(1.), target, lam,
                                    PARTNER, WEIGHT)
    for a, b in zip(got, expected):
        assert_close(a, b, 1e-14)


@pytest.mark.parametrize('per_video', [False, True])
def test_mixes_every_inner_axis_alike(per_video):
    z, target = batch(3, 6)
    lam = torch.rand(5 if per_video else ())
    whole, label = F.calibrated_interpolation(z, target, lam, PARTNER, WEIGHT)
    for v in range(3):
        one, same = F.calibrated_interpolation(z[:, v], target, lam, PARTNER,
                                               WEIGHT)
        assert torch.equal(whole[:, v], one) and torch.equal(label, same)


def test_limits():
    z, target = batch(6)
    for lam, rows in ((1., torch.arange(5)), (0., PARTNER)):
        mixed, label = F.calibrated_interpolation(z, target, torch.tensor(lam),
                                                  PARTNER, WEIGHT)
        assert torch.equal(mixed, z[rows])
        assert_close(label, (target[rows] * WEIGHT).clamp(max=1), 1e-12)


def test_without_weight_is_mixup():
    z, target = batch(6)
    lam = torch.rand(5, dtype=torch.float64)
    plain = F.calibrated_interpolation(z, target, lam, PARTNER)
    ones = F.calibrated_interpolation(z, target, lam, PARTNER, torch.ones(4))
    for a, b in zip(plain, ones):
        assert_close(a, b, 1e-14)
    # every video is somebody's partner, so one ratio keeps the batch's sum
    mixed, label = F.calibrated_interpolation(z, target, lam[0], PARTNER)
    assert_close(mixed.sum(0), z.sum(0), 1e-12)
    assert_close(label.sum(0), target.sum(0), 1e-12)


def test_labels_stay_between_zero_and_one():
    z, target = batch(6)
    _, label = F.calibrated_interpolation(z, target, torch.rand(5), PARTNER,
                                          10 * WEIGHT)
    assert label.min() == 0 and label.max() == 1


def test_own_partner_changes_nothing():
    z, target = batch(6)
    mixed, label = F.calibrated_interpolation(z, target, torch.rand(5),
                                              torch.arange(5))
    assert_close(mixed, z, 1e-12)
    assert_close(label, target, 1e-12)


def test_keeps_the_type_of_either():
    z, target = batch(6)
    mixed, label = F.calibrated_interpolation(z.bfloat16(), target.float(),
                                              torch.rand(()), PARTNER, WEIGHT)
    assert mixed.dtype == torch.bfloat16 and label.dtype == torch.float32


def test_gradcheck():
    z, target = batch(2)
    target = .1 + .4 * torch.rand_like(target)  # away from the clamp
    lam = torch.tensor(.4, dtype=torch.float64)
    assert gradcheck(
        lambda *args: F.calibrated_interpolation(*args, PARTNER, WEIGHT),
        (z.requires_grad_(), target.requires_grad_(), lam.requires_grad_()))


@pytest.mark.parametrize('dtype', [torch.float32, torch.float64])
def test_golden_move(dtype):
    z = load('move_augment', dtype)
    mixed, label = F.calibrated_interpolation(z['z_hat'], z['target'],
                                              z['lam'], z['perm'],
                                              z['label_weight'])
    assert_close(mixed, z['z_tilde'], 1e-6)
    assert_close(label, z['y_tilde'], 1e-6)


@pytest.mark.parametrize('dtype', [torch.float32, torch.float64])
def test_golden_mixup(dtype):
    z = load('mixup', dtype)
    mixed, label = F.calibrated_interpolation(z['x'], z['target'], z['lam'],
                                              z['perm'])
    assert_close(mixed, z['x_mixed'], 1e-6)
    assert_close(label, z['target_mixed'], 1e-6)


def test_equations_agree_with_golden_draws_in_double():
    z = load('move_augment', torch.float64)
    expected = oracles.move_augment(z['u'], z['v'], z['omega'], z['target'],
                                    z['lam'], z['perm'], z['label_weight'])
    hat = F.dynamic_extrapolation(z['u'], z['v'], z['omega'])
    got = F.calibrated_interpolation(hat, z['target'], z['lam'], z['perm'],
                                     z['label_weight'])
    for a, b in zip(got, expected):
        assert_close(a, b, 1e-10)
