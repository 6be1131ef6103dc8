import pytest
import torch
from torch.autograd import gradcheck

import projects_move.functional as F
from tests import oracles
from tests.golden import assert_close, load
from tests.tiny import randn

PARTNER = torch.tensor([2, 0, 1, 4, 3])
WEIGHT = torch.tensor([1.5, 0.5, 1.1, 0.9], dtype=torch.float64)
TARGET = torch.tensor([[1, 0, 0, 0], [0, 1, 0, 1], [0, 0, 1, 0], [1, 1, 0, 0],
                       [0, 0, 0, 1]]).double()
mix = F.calibrated_interpolation


@pytest.mark.parametrize('per_video', [False, True])
def test_equals_equation(per_video):
    z, lam = randn(5, 6), torch.rand(5 if per_video else ()).double()
    got = mix(z, TARGET, lam, PARTNER, WEIGHT)
    expected = oracles.move_augment(z, z, torch.tensor(1.), TARGET, lam,
                                    PARTNER, WEIGHT)
    for a, b in zip(got, expected):
        assert_close(a, b, 1e-14)


@pytest.mark.parametrize('per_video', [False, True])
def test_mixes_every_inner_axis_alike(per_video):
    z, lam = randn(5, 3, 6), torch.rand(5 if per_video else ())
    whole, label = mix(z, TARGET, lam, PARTNER, WEIGHT)
    for v in range(3):
        one, same = mix(z[:, v], TARGET, lam, PARTNER, WEIGHT)
        assert torch.equal(whole[:, v], one) and torch.equal(label, same)


def test_limits():
    z = randn(5, 6)
    for lam, rows in ((1., torch.arange(5)), (0., PARTNER)):
        mixed, label = mix(z, TARGET, torch.tensor(lam), PARTNER, WEIGHT)
        assert torch.equal(mixed, z[rows])
        assert_close(label, (TARGET[rows] * WEIGHT).clamp(max=1), 1e-12)
    mixed, label = mix(z, TARGET, torch.rand(5), torch.arange(5))
    assert_close(mixed, z, 1e-12)
    assert_close(label, TARGET, 1e-12)
    _, label = mix(z, TARGET, torch.rand(5), PARTNER, 10 * WEIGHT)
    assert label.min() == 0 and label.max() == 1


def test_without_weight_is_mixup():
    z, lam = randn(5, 6), torch.rand(5, dtype=torch.float64)
    plain = mix(z, TARGET, lam, PARTNER)
    ones = mix(z, TARGET, lam, PARTNER, torch.ones(4))
    for a, b in zip(plain, ones):
        assert_close(a, b, 1e-14)
    # every video is somebody's partner, so one ratio keeps the batch's sum
    mixed, label = mix(z, TARGET, lam[0], PARTNER)
    assert_close(mixed.sum(0), z.sum(0), 1e-12)
    assert_close(label.sum(0), TARGET.sum(0), 1e-12)


def test_keeps_the_type_of_either():
    mixed, label = mix(
        randn(5, 6).bfloat16(), TARGET.float(), torch.rand(()), PARTNER,
        WEIGHT)
    assert mixed.dtype == torch.bfloat16 and label.dtype == torch.float32


def test_gradcheck():
    target = .1 + .4 * torch.rand_like(TARGET)  # away from the clamp
    lam = torch.tensor(.4, dtype=torch.float64)
    assert gradcheck(lambda *args: mix(*args, PARTNER, WEIGHT), (randn(
        5, 2).requires_grad_(), target.requires_grad_(), lam.requires_grad_()))


@pytest.mark.parametrize('dtype', [torch.float32, torch.float64])
@pytest.mark.parametrize('name, videos, mixed, label',
                         [('move_augment', 'z_hat', 'z_tilde', 'y_tilde'),
                          ('mixup', 'x', 'x_mixed', 'target_mixed')])
def test_golden(name, videos, mixed, label, dtype):
    z = load(name, dtype)
    got = mix(z[videos], z['target'], z['lam'], z['perm'],
              z.get('label_weight'))
    for a, b in zip(got, (z[mixed], z[label])):
        assert_close(a, b, 1e-6)


def test_equations_agree_with_golden_draws_in_double():
    z = load('move_augment', torch.float64)
    expected = oracles.move_augment(z['u'], z['v'], z['omega'], z['target'],
                                    z['lam'], z['perm'], z['label_weight'])
    hat = F.dynamic_extrapolation(z['u'], z['v'], z['omega'])
    got = mix(hat, z['target'], z['lam'], z['perm'], z['label_weight'])
    for a, b in zip(got, expected):
        assert_close(a, b, 1e-10)
