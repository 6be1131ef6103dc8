"""Contracts of optimizers and optimizer wrappers."""
import torch

from tests.contracts.components import build, finite, of_kind


@of_kind('OptimWrapper')
def test_optim_wrapper(cls, tmp_path):
    wrapper = build(cls, tmp_path)
    weight, = wrapper.optimizer.param_groups[0]['params']
    model = torch.nn.Linear(2, 1)
    with wrapper.optim_context(model):
        loss = (model(weight).float()**2).sum()
    before = weight.detach().clone()
    wrapper.update_params(loss)
    assert finite(weight) and not torch.equal(weight, before)


@of_kind('Adam')
def test_optimizer(cls, tmp_path):
    optimizer = build(cls, tmp_path)
    assert isinstance(optimizer, torch.optim.Optimizer)
    weight, = optimizer.param_groups[0]['params']
    before = weight.detach().clone()
    weight.square().sum().backward()
    optimizer.step()
    assert finite(weight) and not torch.equal(weight, before)
