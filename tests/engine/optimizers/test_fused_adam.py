from unittest import mock

import pytest
import torch
from mmaction.registry import OPTIM_WRAPPERS, OPTIMIZERS
from torch import nn


def trained(optimizer, model, steps=4):
    for step in range(steps):
        optimizer.zero_grad()
        model(torch.full((3, 4), step + 1.)).square().sum().backward()
        optimizer.step()
    return model.weight.detach().clone()


def built(model, **kwargs):
    return OPTIMIZERS.build(
        dict(type='FusedAdam', params=model.parameters(), **kwargs))


def test_equals_adam():
    model, other = nn.Linear(4, 2), nn.Linear(4, 2)
    other.load_state_dict(model.state_dict())
    settings = dict(lr=.03, betas=(.8, .99), weight_decay=.1)
    adam = torch.optim.Adam(other.parameters(), **settings)
    fused = built(model, **settings)
    torch.testing.assert_close(trained(fused, model), trained(adam, other))
    adam.load_state_dict(fused.state_dict())


@pytest.mark.parametrize('groups_are_made', [False, True])
def test_where_torch_has_no_kernel(groups_are_made):
    """Then every group is plain, and training goes on."""
    init = torch.optim.Adam.__init__

    def without(self, params, fused=None, **kwargs):
        if groups_are_made:
            init(self, params, fused=fused, **kwargs)
        if fused:
            raise RuntimeError('`fused=True` requires a GPU')
        if not groups_are_made:
            init(self, params, **kwargs)

    model = nn.Linear(4, 2)
    before = model.weight.detach().clone()
    groups = [dict(params=[p]) for p in model.parameters()]
    with mock.patch('torch.optim.Adam.__init__', without):
        adam = OPTIMIZERS.build(dict(type='FusedAdam', params=groups, lr=.1))
        assert not any(group['fused'] for group in adam.param_groups)
        assert (trained(adam, model) != before).any()


def test_in_a_wrapper():
    model = nn.Linear(4, 2)
    wrapper = OPTIM_WRAPPERS.build(
        dict(
            type='OptimWrapper',
            optimizer=built(model, lr=.1),
            clip_grad=dict(max_norm=1e-3)))
    before = model.weight.detach().clone()
    wrapper.update_params(model(torch.ones(3, 4)).sum())
    assert (model.weight != before).any()


def test_stays_fused_from_a_checkpoint_of_adam():
    model = nn.Linear(4, 2)
    adam = torch.optim.Adam(model.parameters(), lr=.03)
    fused = built(model, lr=.1)
    expected = [group['fused'] for group in fused.param_groups]
    fused.load_state_dict(adam.state_dict())
    assert [group['fused'] for group in fused.param_groups] == expected
    assert fused.param_groups[0]['lr'] == .03
