import logging
from types import SimpleNamespace

import pytest
import torch
from mmaction.registry import MODELS

from projects_move import functional as F
from projects_move.engine import DeferredReweightingHook

COUNTS = torch.tensor([50, 3, 0, 20])


def runner_of(type='LDAMLoss', max_iters=20):
    model = torch.nn.Module()
    model.loss = MODELS.build(dict(type=type))
    model.register_buffer('class_counts', COUNTS)
    return SimpleNamespace(
        model=model, iter=0, max_iters=max_iters, logger=logging.getLogger())


def weights(hook, runner, iterations):
    hook.before_train(runner)
    seen = []
    for runner.iter in iterations:
        hook.before_train_iter(runner, 0)
        seen.append(runner.model.loss.class_weight.ndim == 1)
    return seen


@pytest.mark.parametrize('start, first', [(0., 0), (.5, 10), (.3, 6),
                                          (1., 20)])
def test_begins_after_its_share(start, first):
    runner = runner_of()
    seen = weights(DeferredReweightingHook(start), runner, range(20))
    assert seen == [i >= first for i in range(20)]


def test_weights_by_the_equation():
    runner = runner_of()
    weights(DeferredReweightingHook(.5, beta=.9), runner, [10])
    expected = F.class_balanced_weight(COUNTS.clamp(min=1), .9).float()
    assert torch.equal(runner.model.loss.class_weight, expected)


def test_a_resumed_training_goes_on_with_weights():
    assert weights(DeferredReweightingHook(.5), runner_of(), [15]) == [True]


def test_error_texts():
    with pytest.raises(ValueError, match=r'start must be in \[0, 1\], got 50'):
        DeferredReweightingHook(50)
    with pytest.raises(ValueError, match='no loss with class weights'):
        DeferredReweightingHook().before_train(runner_of('BCELossWithLogits'))
    runner = runner_of()
    runner.model.class_counts = torch.zeros(4)
    with pytest.raises(ValueError, match='has no class counts'):
        weights(DeferredReweightingHook(0.), runner, [0])
