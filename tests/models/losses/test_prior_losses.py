"""Losses that use the class prior, as heads call them."""
import pytest
import torch
from mmaction.registry import MODELS

from projects_move import functional as F
from projects_move.errors import InputError
from tests.tiny import randn, sample

COUNTS = torch.tensor([300, 7, 1, 40, 100])
LABELS = torch.tensor([0, 3, 1, 4, 2, 0])
PRIOR = ('LogitAdjustedLoss', 'PriorSigmoidLoss', 'ThreeExpertLoss',
         'DistributionBalancedLoss')


def build(type, counts=COUNTS, **kwargs):
    loss = MODELS.build(dict(type=type, **kwargs)).double()
    if counts is not None:
        loss.set_class_counts(counts)
    return loss


def test_softmax_loss_is_a_cross_entropy_of_shifted_logits():
    logits = randn(6, 5)
    loss = build('LogitAdjustedLoss', tau=.6)
    pi = COUNTS.double() / COUNTS.sum()
    expected = torch.nn.functional.cross_entropy(logits + .6 * pi.log(),
                                                 LABELS)
    torch.testing.assert_close(loss(logits, LABELS), expected)


def test_prior_sigmoid_by_the_definition():
    logits, target = randn(6, 5), (torch.rand(6, 5) < .4).double()
    log_n = COUNTS.double().log()
    expected = torch.nn.functional.binary_cross_entropy_with_logits(
        logits + .7 * (log_n - log_n.mean()), target)
    loss = build('PriorSigmoidLoss', tau=.7)
    torch.testing.assert_close(loss(logits, target), expected)


@pytest.mark.parametrize('type', ['LogitAdjustedLoss', 'PriorSigmoidLoss'])
def test_tau_zero_and_equal_counts_are_plain(type):
    logits = randn(6, 5)
    plain = torch.nn.functional.cross_entropy(logits, LABELS)
    if type == 'PriorSigmoidLoss':
        plain = F.binary_cross_entropy(logits,
                                       torch.eye(5).double()[LABELS]).mean()
    for loss in (build(type, tau=0.), build(type, torch.full((5, ), 9))):
        torch.testing.assert_close(loss(logits, LABELS), plain)


@pytest.mark.parametrize('order', ['counts', 'videos'])
def test_several_labels_need_the_number_of_videos(order):
    loss = build('LogitAdjustedLoss', None, use_sigmoid=True)
    if order == 'videos':
        loss.set_num_videos(320)
    loss.set_class_counts(COUNTS)
    if order == 'counts':  # one label for each video until told otherwise
        torch.testing.assert_close(loss.shift, F.log_odds(COUNTS, 448))
        loss.set_num_videos(320)
    torch.testing.assert_close(loss.shift, F.log_odds(COUNTS, 320))


@pytest.mark.parametrize('use_sigmoid', [False, True])
def test_three_experts_by_the_equations(use_sigmoid):
    logits = randn(6, 3, 5)
    loss = build('ThreeExpertLoss', use_sigmoid=use_sigmoid, inverse_tau=1.5)
    if use_sigmoid:
        shift = F.log_odds(COUNTS, 448)
        inverse = F.log_odds(torch.tensor([1, 100, 300, 40, 7]), 448)
    else:
        shift = (COUNTS / 448).double().log()
        inverse = (torch.tensor([1, 100, 300, 40, 7]) / 448).double().log()
    target = torch.eye(5).double()[LABELS]
    expected = 0
    for e, added in enumerate([0, shift, shift - 1.5 * inverse]):
        if use_sigmoid:
            expected += F.binary_cross_entropy(logits[:, e] + added,
                                               target).mean()
        else:
            expected += torch.nn.functional.cross_entropy(
                logits[:, e] + added, LABELS)
    torch.testing.assert_close(
        loss(logits, LABELS), expected, rtol=1e-6, atol=1e-6)


def test_experts_are_counted():
    with pytest.raises(ValueError, match=r'got \(6, 5\): set num_experts=3'):
        build('ThreeExpertLoss')(randn(6, 5), LABELS)
    settings = dict(num_classes=5, in_channels=4, hidden_channels=4)
    with pytest.raises(ValueError, match='expects num_experts=3, got 1'):
        MODELS.build(
            dict(
                type='LongTailHead',
                loss_cls=dict(type='ThreeExpertLoss'),
                **settings))


def test_distribution_balanced_by_its_parts():
    logits, target = randn(6, 5), (torch.rand(6, 5) < .4).double()
    loss = build('DistributionBalancedLoss', kappa=.2, scale=3.)
    loss.set_num_videos(320)
    shifted = logits + F.negative_tolerant_shift(COUNTS, 320, .2)
    expected = F.rebalancing_weight(target, COUNTS) * F.negative_tolerant(
        shifted, target, 3.)
    torch.testing.assert_close(
        loss(logits, target), expected.mean(), rtol=1e-5, atol=1e-6)


def test_label_aware_smoothing_by_its_parts():
    logits = randn(6, 5)
    loss = build('LabelAwareSmoothingLoss', head=.3, shape='linear')
    smooth = F.smooth_labels(
        torch.eye(5).double()[LABELS],
        F.smoothing_factors(COUNTS, .3, .1, 'linear'))
    expected = torch.nn.functional.cross_entropy(logits, smooth)
    torch.testing.assert_close(
        loss(logits, LABELS), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize('type', [*PRIOR, 'LabelAwareSmoothingLoss'])
def test_missing_counts(type):
    shape = (6, 3, 5) if type == 'ThreeExpertLoss' else (6, 5)
    with pytest.raises(RuntimeError, match=f'{type} needs class counts'):
        build(type, None)(randn(*shape), LABELS)


@pytest.mark.parametrize('type', PRIOR)
def test_class_without_videos_counts_as_one(type):
    shape = (6, 3, 5) if type == 'ThreeExpertLoss' else (6, 5)
    logits = randn(*shape)
    some, none = (
        build(type, torch.tensor([9, n, 5, 3, 2]))(logits, LABELS)
        for n in (1, 0))
    torch.testing.assert_close(some, none, rtol=.05, atol=.05)
    assert none.isfinite()


@pytest.mark.parametrize('type', PRIOR)
def test_expected_counts_of_a_sampler(type):
    loss = build(type, torch.tensor([9.5, .25, 3., 2., 1.]).double())
    assert loss.shift.isfinite().all()


@pytest.mark.parametrize('type', [
    'LogitAdjustedLoss', 'ThreeExpertLoss', 'LabelAwareSmoothingLoss',
    'LDAMLoss'
])
def test_softmax_refuses_several_labels_by_name(type):
    settings = dict(use_sigmoid=False) if type == 'LDAMLoss' else {}
    loss = build(type, **settings)
    target = torch.eye(5).double()[LABELS]
    target[2, 4] = 1
    logits = randn(6, 3, 5) if type == 'ThreeExpertLoss' else randn(6, 5)
    with pytest.raises(InputError, match='2 labels of video 2 .* .1, 4.: '):
        loss(logits, target)


def test_mixing_does_not_hide_several_labels():
    head = MODELS.build(
        dict(
            type='MOVEHead',
            num_classes=5,
            in_channels=4,
            hidden_channels=3,
            loss_cls=dict(type='LogitAdjustedLoss')))
    for module in (head, head.loss_cls):
        module.set_class_counts(COUNTS)
    samples = [sample(label, 5) for label in ([0], [3, 1], [2])]
    with pytest.raises(InputError, match='labels of video 1 of the batch'):
        head.loss(torch.randn(3, 2, 4), samples)
