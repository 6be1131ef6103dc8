"""A wide layer is a linear layer, however often its memory is used again."""
import copy

import pytest
import torch
from mmaction.registry import OPTIMIZERS
from torch import nn

from projects_move.engine.optimizers import fused_adam
from projects_move.models.necks.wide_linear import WideLinear
from tests.pickling import pickle_roundtrip


def pair(bias=True, dtype=torch.float64):
    wide, plain = WideLinear(
        5, 3, bias, dtype=dtype), nn.Linear(
            5, 3, bias, dtype=dtype)
    plain.load_state_dict(wide.state_dict())
    return wide, plain


def batch(*shape, dtype=torch.float64):
    return torch.randn(*shape, 5, dtype=dtype, requires_grad=True)


def outcome(layer, x, out_grad):
    z = layer(x)
    (z * out_grad).sum().backward()
    found = [z, x.grad, layer.weight.grad]
    x.grad = None
    return found + ([] if layer.bias is None else [layer.bias.grad])


@pytest.mark.parametrize('shape', [(1, ), (4, ), (4, 2), (3, 2, 2)])
@pytest.mark.parametrize('bias', [True, False])
def test_equals_linear(shape, bias):
    wide, plain = pair(bias)
    for _ in range(3):  # gradients add up
        x, out_grad = batch(*shape), torch.randn(*shape, 3).double()
        for a, b in zip(
                outcome(wide, x, out_grad), outcome(plain, x, out_grad)):
            torch.testing.assert_close(a, b, rtol=0, atol=1e-10)


def test_equals_linear_under_autocast():
    wide, plain = pair(dtype=torch.float32)
    for _ in range(2):
        x, out_grad = batch(4, 2, dtype=torch.float32), torch.randn(4, 2, 3)
        with torch.autocast('cpu', dtype=torch.bfloat16):
            ours, theirs = (
                outcome(each, x, out_grad) for each in (wide, plain))
        assert ours[0].dtype == theirs[0].dtype == torch.bfloat16
        for a, b in zip(ours, theirs):
            assert a.dtype == b.dtype
            torch.testing.assert_close(a, b)
        wide.weight.data.add_(1)
        plain.weight.data.add_(1)
        wide.zero_grad()
        plain.zero_grad()


def test_gradcheck():
    wide, _ = pair()
    torch.autograd.gradcheck(wide, batch(4, 2))


@pytest.mark.parametrize('amp', [True, False])
def test_trains_in_the_same_memory(monkeypatch, amp):
    monkeypatch.setattr(fused_adam, 'LARGE', 4)
    wide, plain = pair(dtype=torch.float32)
    ours, theirs = (OPTIMIZERS.build(
        dict(type=kind, params=layer.parameters(), lr=.1))
                    for kind, layer in (('FusedAdam', wide), ('Adam', plain)))
    places = set()
    for _ in range(4):
        x = batch(4, dtype=torch.float32)
        for layer, optimizer in ((wide, ours), (plain, theirs)):
            optimizer.zero_grad()
            assert layer.weight.grad is None
            with torch.autocast('cpu', dtype=torch.bfloat16, enabled=amp):
                layer(x).square().sum().backward()
            optimizer.step()
        places.add(wide.weight.grad.data_ptr())
        tolerance = dict(rtol=0, atol=1e-2) if amp else {}  # of bfloat16
        torch.testing.assert_close(wide.weight, plain.weight, **tolerance)
    assert len(places) == 1


def test_a_changed_weight_is_refused_as_ever():
    wide, _ = pair()
    z = wide(batch(4))
    with torch.no_grad():
        wide.weight.add_(1)
    with pytest.raises(RuntimeError, match='modified by an inplace operation'):
        z.sum().backward()


def test_copies_and_checkpoints_carry_no_memory():
    wide, _ = pair(dtype=torch.float32)
    with torch.autocast('cpu', dtype=torch.bfloat16):
        wide(batch(4, dtype=torch.float32)).sum().backward()
    assert set(wide.state_dict()) == {'weight', 'bias'}
    for other in (copy.deepcopy(wide), pickle_roundtrip(wide)):
        assert not any(name.endswith('_buffer') for name in other.__dict__)
        assert torch.equal(other.weight, wide.weight)


def test_frozen_or_without_gradient():
    wide, plain = pair()
    x = batch(4)
    with torch.no_grad():
        assert not wide(x).requires_grad
    for layer in (wide, plain):
        layer.requires_grad_(False)
    torch.testing.assert_close(wide(x), plain(x))


def test_float64_under_autocast_and_one_row():
    wide, plain = pair()
    with torch.autocast('cpu', dtype=torch.bfloat16):
        assert wide(batch(4)).dtype == plain(batch(4)).dtype == torch.float64
    x, out_grad = batch(), torch.randn(3).double()
    for a, b in zip(outcome(wide, x, out_grad), outcome(plain, x, out_grad)):
        torch.testing.assert_close(a, b)


def test_a_spare_of_another_type_is_not_used():
    wide, plain = pair(dtype=torch.float32)
    wide.weight.spare_grad = torch.zeros(3, 5)
    wide.double()
    plain.double()
    x, out_grad = batch(4), torch.randn(4, 3).double()
    for a, b in zip(outcome(wide, x, out_grad), outcome(plain, x, out_grad)):
        torch.testing.assert_close(a, b, rtol=0, atol=1e-10)


@pytest.mark.parametrize('dtype', [torch.float32, torch.bfloat16])
def test_its_memory_serves_whatever_autocast_gives(dtype):
    wide, _ = pair(dtype=torch.float32)
    with torch.autocast('cpu', dtype=torch.bfloat16):
        z = wide(batch(4, dtype=dtype))
    assert 'WideLinear' in z.grad_fn.next_functions[0][0].name()
    assert z.dtype == torch.bfloat16
