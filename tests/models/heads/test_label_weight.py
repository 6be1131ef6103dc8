"""Label weights of MOVEHead, which are derived from the class counts."""
import copy

import pytest
import torch
from mmaction.registry import MODELS

from tests import oracles
from tests.golden import assert_close
from tests.tiny import sample

S, D = 6, 5
COUNTS = torch.tensor([40, 3, 17, 90, 3, 61])


def build(counts=COUNTS, **kwargs):
    torch.manual_seed(0)
    settings = dict(type='MOVEHead', num_classes=S, in_channels=D)
    head = MODELS.build(dict(settings, dropout_ratio=0., **kwargs)).double()
    if counts is not None:
        head.set_class_counts(counts)
    return head


def randn(*shape):
    return torch.randn(*shape, dtype=torch.float64)


def samples():
    return [sample(s, S) for s in ([3], [0, 5], [1, 2, 4], [4])]


def weight(gamma=.5):
    return torch.tensor([1 - t + gamma for t in oracles.tau(COUNTS)])


def test_label_weight_is_the_calibration():
    head = build(interpolation=dict(gamma=.3))
    assert_close(head.label_weight, weight(.3), 1e-6)


def test_checkpoint_of_the_head_holds_no_counts():
    head = build()
    saved = head.state_dict()
    assert not saved.keys() & {'class_counts', 'label_weight'}
    other = build(counts=None)
    # some checkpoints have them
    other.load_state_dict(dict(saved, class_counts=COUNTS))
    with pytest.raises(RuntimeError, match='ClassCountsHook'):
        other.loss(randn(4, 2, D), samples())
    other.set_class_counts(COUNTS)
    x = randn(4, 2, D)
    losses = []
    for one in (head, other):
        torch.manual_seed(5)
        losses.append(one.loss(x, samples())['loss_cls'])
    assert torch.equal(*losses)


def test_copy_keeps_the_counts():
    head = copy.deepcopy(build())
    assert torch.equal(head.label_weight, build().label_weight)
    assert head.loss(randn(4, 2, D), samples())['loss_cls'].isfinite()


def test_counts_reach_a_head_of_another_float_type():
    head = build(counts=None).half()
    head.set_class_counts(COUNTS.numpy())
    assert head.label_weight.dtype == torch.half
    assert_close(head.label_weight, weight(), 1e-3)
