"""Contract of a loss: hard and soft labels, extreme logits, wrong shapes."""
import pytest
import torch
from mmaction.registry import MODELS

from projects_move.errors import InputError
from tests.contracts.components import S, build, finite, of_kind


@of_kind('Loss')
def test_loss(cls, tmp_path):
    loss = build(cls, tmp_path)
    check_labels_of_loss(loss)
    check_loss(loss)


def logits_for(loss, rows):
    """Logits of each row of ``(S,)``; of each expert, if a loss has some."""
    experts = getattr(loss, 'num_experts', None)
    rows = torch.as_tensor(rows, dtype=torch.float32)
    return rows[:, None].repeat(1, experts, 1) if experts else rows


def check_loss(loss):
    eye = torch.eye(S)
    hard, several = eye[[1, 4, 2]], eye[[1, 4, 2]] + eye[[0, 0, 3]]
    if not getattr(loss, 'use_sigmoid', True):
        with pytest.raises(InputError, match='video 0 .* classes .0, 1.'):
            loss(logits_for(loss, torch.randn(3, S)), several)
        several = several / 2
    for target in (hard, several, torch.rand(3, S)):
        logits = logits_for(loss, 3 * torch.randn(3, S)).requires_grad_()
        value = loss(logits, target)
        if isinstance(value, dict):
            value = sum(value.values())
        value.backward()
        assert value.ndim == 0 and finite(value, logits.grad)
        assert logits.grad.abs().sum() > 0
        extreme = logits_for(loss, [[60., -60, 0, 90, -90]] * 3)
        extreme.requires_grad_()
        loss(extreme, target).backward()
        assert finite(extreme.grad)


def check_labels_of_loss(loss):
    logits = logits_for(loss, torch.randn(3, S))
    index = torch.tensor([1, 4, 2])
    torch.manual_seed(0)
    by_index = loss(logits, index)
    torch.manual_seed(0)
    assert torch.equal(loss(logits, torch.eye(S)[index]), by_index)
    with pytest.raises(ValueError, match=f'for each class .3, {S}.'):
        loss(logits, torch.ones(3, S - 1))


@pytest.mark.parametrize('name', ['BCELossWithLogits', 'CrossEntropyLoss'])
def test_stock_losses_pass_the_check_of_losses(name):
    check_loss(MODELS.build(dict(type=name)))


def test_check_of_losses_fails_a_loss_of_hard_labels():
    loss = MODELS.build(dict(type='CBFocalLoss', samples_per_cls=[1] * S))
    with pytest.raises((RuntimeError, TypeError)):
        check_loss(loss)
