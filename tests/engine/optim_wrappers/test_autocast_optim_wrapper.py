import pytest
import torch
from mmaction.registry import OPTIM_WRAPPERS
from torch import nn


def build(model, **kwargs):
    optimizer = torch.optim.SGD(model.parameters(), lr=.1)
    return OPTIM_WRAPPERS.build(
        dict(type='AutocastOptimWrapper', optimizer=optimizer, **kwargs))


def test_forward_is_bfloat16_and_weights_are_not():
    model = nn.Linear(3, 2)
    before = model.weight.clone()
    wrapper = build(model)
    with wrapper.optim_context(model):
        out = model(torch.randn(4, 3))
    assert out.dtype == torch.bfloat16
    wrapper.update_params(out.float().square().mean())
    assert model.weight.dtype == torch.float32
    assert not torch.equal(model.weight, before)


def test_gradients_are_close_to_full_precision():
    model, x = nn.Linear(6, 5), torch.randn(7, 6)
    model(x).square().mean().backward()
    exact = model.weight.grad.clone()
    model.zero_grad()
    wrapper = build(model)
    with wrapper.optim_context(model):
        loss = model(x).float().square().mean()
    loss.backward()
    torch.testing.assert_close(model.weight.grad, exact, rtol=.05, atol=.01)


def test_half_precision_would_need_loss_scaling():
    with pytest.raises(ValueError, match="'bfloat16', got 'float16'"):
        build(nn.Linear(2, 2), dtype='float16')
