import pytest
import torch
from torch.autograd import gradcheck

import projects_move.functional as F
from tests.golden import assert_close, load


def randn(*shape):
    return torch.randn(*shape, dtype=torch.float64)


@pytest.mark.parametrize('per_video', [False, True])
def test_equals_equation(per_video):
    torch.manual_seed(0)
    u, v = randn(5, 7), randn(5, 7)
    omega = torch.rand(5 if per_video else (), dtype=torch.float64) + 1
    out = F.dynamic_extrapolation(u, v, omega)
    for i in range(5):
        w = float(omega[i]) if per_video else float(omega)
        assert_close(out[i], w * u[i] + (1 - w) * v[i], 1e-14)


def test_limits():
    u, v = randn(4, 3), randn(4, 3)
    assert torch.equal(F.dynamic_extrapolation(u, v, torch.tensor(1.)), u)
    assert_close(
        F.dynamic_extrapolation(u, v, torch.tensor(2.)), u + (u - v), 1e-12)


def test_same_view_has_nothing_to_extrapolate():
    u, omega = randn(4, 3), torch.rand(4) + 1
    assert_close(F.dynamic_extrapolation(u, u, omega), u, 1e-12)


def test_lies_beyond_the_first_view():
    u, v, omega = randn(6, 3), randn(6, 3), torch.rand(6) + 1
    step = F.dynamic_extrapolation(u, v, omega) - u
    assert (((u - v) * step).sum(1) >= 0).all()


def test_gradcheck():
    omega = torch.rand(3, dtype=torch.float64, requires_grad=True)
    assert gradcheck(F.dynamic_extrapolation, (randn(
        3, 2).requires_grad_(), randn(3, 2).requires_grad_(), omega))


@pytest.mark.parametrize('dtype', [torch.float32, torch.float64])
def test_golden(dtype):
    z = load('move_augment', dtype)
    out = F.dynamic_extrapolation(z['u'], z['v'], z['omega'])
    assert out.dtype == dtype
    assert_close(out, z['z_hat'], 1e-6)
