"""The losses as heads call them."""
import pytest
import torch
from mmaction.registry import MODELS

from projects_move import functional as F
from tests.golden import assert_close, load
from tests.tiny import randn, sample

COUNTS = torch.tensor([300, 7, 1, 40, 100])


def build(type, counts=COUNTS, **kwargs):
    loss = MODELS.build(dict(type=type, **kwargs))
    if hasattr(loss, 'set_class_counts'):
        loss.set_class_counts(counts)
    return loss


GOLDEN = {
    'bce': dict(type='BinaryCrossEntropyLoss'),
    'bce_soft': dict(type='BinaryCrossEntropyLoss'),
    'focal_gamma1': dict(type='SigmoidFocalLoss', gamma=1.),
    'cb_beta0.9999': dict(type='ClassBalancedLoss', beta=.9999),
    'ldam_epoch0': dict(type='LDAMLoss', formulation='official'),
    'ldam_drw_epoch50': dict(type='LDAMLoss', formulation='official'),
    'eql_gamma0.3': dict(type='EqualizationLoss', gamma=.3)
}


@pytest.mark.parametrize('dtype', [torch.float32, torch.float64])
@pytest.mark.parametrize('name', GOLDEN)
def test_golden(name, dtype, monkeypatch):
    tensors = load('losses', dtype)
    loss = build(counts=tensors['class_counts'], **GOLDEN[name]).to(dtype)
    if 'drw' in name:
        loss.set_class_weight(
            F.class_balanced_weight(tensors['class_counts'], .9999))
    monkeypatch.setattr(torch, 'rand_like', lambda x: tensors['eql_rand'])
    target = tensors['target_soft' if name == 'bce_soft' else 'target']
    logits = tensors['logits'].requires_grad_()
    value = loss(logits, target)
    value.backward()
    assert_close(value, tensors[f'{name}.loss'], 1e-5)
    assert_close(logits.grad, tensors[f'{name}.grad'], 1e-5)


def test_weights_of_classes_and_loss():
    logits, target = torch.randn(4, 5), (torch.rand(4, 5) < .5).float()
    loss = build('SigmoidFocalLoss', gamma=2., alpha=.5, loss_weight=3.)
    weight = torch.tensor([1., 2., 3., 4., 5.])
    loss.set_class_weight(weight)
    expected = 3 * (F.focal(logits, target, 2., .5) * weight).mean()
    torch.testing.assert_close(loss(logits, target), expected)


def test_formulations_of_ldam_differ_for_several_labels_only():
    logits, one = torch.randn(3, 5), torch.eye(5)[[1, 4, 2]]
    two = one.index_fill(1, torch.tensor(0), 1)
    paper, official = (
        build('LDAMLoss', formulation=name) for name in ('paper', 'official'))
    assert paper(logits, one) == official(logits, one)
    assert paper(logits, two) != official(logits, two)


@pytest.mark.parametrize('weight', [None, [1., 2., .5, 3., .1]])
def test_published_ldam_is_a_weighted_cross_entropy(weight):
    logits, label = randn(6, 5), torch.tensor([0, 3, 1, 4, 2, 0])
    loss = build('LDAMLoss', use_sigmoid=False, scale=10.).double()
    loss.margins = F.ldam_margins(COUNTS)
    shifted = logits - torch.eye(5)[label] * loss.margins
    if weight:
        weight = torch.tensor(weight).double()
        loss.set_class_weight(weight)
    expected = torch.nn.functional.cross_entropy(10 * shifted, label, weight)
    assert_close(loss(logits, label), expected, 1e-10)


def test_ignored_labels_are_summed_over_what_is_left():
    logits, target = torch.randn(3, 5), torch.eye(5)[[1, 4, 2]]
    ignored = torch.rand(3, 5) < .4
    value = build('BinaryCrossEntropyLoss')(logits, target, ignored=ignored)
    plain = F.binary_cross_entropy(logits, target)
    torch.testing.assert_close(value, plain[~ignored].sum() / 3)


def test_low_precision_is_lifted():
    logits = torch.randn(3, 5).bfloat16()
    value = build('LDAMLoss')(logits, torch.tensor([0, 1, 2]))
    assert value.dtype == torch.float32


@pytest.mark.parametrize('type',
                         ['ClassBalancedLoss', 'EqualizationLoss', 'LDAMLoss'])
def test_missing_counts(type):
    loss = MODELS.build(dict(type=type))
    with pytest.raises(
            RuntimeError, match='Loss needs class counts, but has none'):
        loss(torch.randn(2, 5), torch.tensor([0, 1]))


@pytest.mark.parametrize('type', ['ClassBalancedLoss', 'LDAMLoss'])
def test_class_without_videos_counts_as_one(type):
    logits, label = torch.randn(2, 3), torch.tensor([0, 2])
    some, none = (
        build(type, torch.tensor([9, n, 5]))(logits, label) for n in (1, 0))
    assert some == none


def test_mixing_refuses_a_loss_of_hard_labels():
    loss_cls = dict(type='LDAMLoss')
    with pytest.raises(
            ValueError, match='LDAMLoss does not take soft targets'):
        build('MOVEHead', num_classes=5, in_channels=4, loss_cls=loss_cls)


@pytest.mark.parametrize('multi', [False, True])
@pytest.mark.parametrize('type', sorted({g['type'] for g in GOLDEN.values()}))
def test_under_a_head_of_mmaction2(type, multi):
    settings = dict(num_classes=5, in_channels=6, multi_class=multi)
    head = build('TSNHead', loss_cls=dict(type=type), **settings)
    if hasattr(head.loss_cls, 'set_class_counts'):
        head.loss_cls.set_class_counts(COUNTS)
    labels = [[0, 1], [2], [4, 3]] if multi else [3, 0, 4]
    samples = [sample(label, 5) for label in labels]
    losses = head.loss(torch.randn(6, 6, 2, 2), samples, num_segs=2)
    losses['loss_cls'].backward()
    assert head.fc_cls.weight.grad.abs().sum() > 0
