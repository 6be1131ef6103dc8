import pytest
import torch
from torch.autograd import gradcheck

import projects_move.functional as F
from tests.golden import assert_close, load
from tests.tiny import randn


@pytest.mark.parametrize('per_video', [False, True])
def test_equals_equation(per_video):
    u, v = randn(2, 5, 7)
    omega = torch.rand(5 if per_video else (), dtype=torch.float64) + 1
    out = F.dynamic_extrapolation(u, v, omega)
    for i, w in enumerate(omega.expand(5).tolist()):
        assert_close(out[i], w * u[i] + (1 - w) * v[i], 1e-14)


def test_limits():
    u, v = randn(2, 4, 3)
    assert torch.equal(F.dynamic_extrapolation(u, v, torch.tensor(1.)), u)
    twice = F.dynamic_extrapolation(u, v, torch.tensor(2.))
    assert_close(twice, u + (u - v), 1e-12)
    same = F.dynamic_extrapolation(u, u, torch.rand(4) + 1)
    assert_close(same, u, 1e-12)


def test_lies_beyond_the_first_view():
    u, v = randn(2, 6, 3)
    step = F.dynamic_extrapolation(u, v, torch.rand(6) + 1) - u
    assert (((u - v) * step).sum(1) >= 0).all()


def test_gradcheck():
    u, v = randn(2, 3, 2).requires_grad_()
    omega = torch.rand(3, dtype=torch.float64, requires_grad=True)
    assert gradcheck(F.dynamic_extrapolation, (u, v, omega))


@pytest.mark.parametrize('dtype', [torch.float32, torch.float64])
def test_golden(dtype):
    z = load('move_augment', dtype)
    out = F.dynamic_extrapolation(z['u'], z['v'], z['omega'])
    assert out.dtype == dtype
    assert_close(out, z['z_hat'], 1e-6)
