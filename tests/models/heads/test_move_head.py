import copy

import pytest
import torch

from projects_move.models import LongTailHead, MOVEHead
from tests import oracles
from tests.golden import assert_close, load
from tests.tiny import randn, sample, target_of

S, D = 6, 5
COUNTS = torch.tensor([40, 3, 17, 90, 3, 61])


def build(counts=COUNTS, num_classes=S, in_channels=D, **kwargs):
    settings = dict(hidden_channels=7, dropout_ratio=0., **kwargs)
    head = MOVEHead(num_classes, in_channels, **settings).double()
    if counts is not None:
        head.set_class_counts(counts)
    return head


def samples(multi=True):
    if multi:
        return [sample(s, S) for s in ([3], [0, 5], [1, 2, 4], [4])]
    return [sample(s) for s in (3, 0, 5, 3)]


def fix_draws(head, **draws):
    nothing = dict(omega=None, lam=None, partner=None)
    head.draw = lambda views: {**nothing, **draws}


@pytest.mark.parametrize('multi', [False, True])
@pytest.mark.parametrize('per_video', [False, True])
@pytest.mark.parametrize('loss_cls', ['BCELossWithLogits', 'CrossEntropyLoss'])
def test_loss_equals_equations(loss_cls, per_video, multi):
    head = build(loss_cls=dict(type=loss_cls))
    shape = (4, ) if per_video else ()
    omega, lam = torch.rand(2, *shape, dtype=torch.float64)
    omega = omega + 1
    partner = torch.tensor([2, 0, 3, 1])
    fix_draws(head, omega=omega, lam=lam, partner=partner)
    x, data_samples = randn(4, 2, D), samples(multi)
    z, y = oracles.move_augment(x[:, 0], x[:, 1], omega,
                                target_of(data_samples, S), lam, partner,
                                head.label_weight)
    logits = head.classifier(head.hidden(z).relu())
    expected = oracles.cross_entropy(logits, y, 'BCE' in loss_cls)
    assert_close(head.loss(x, data_samples)['loss_cls'], expected, 1e-10)


@pytest.mark.parametrize('formulation,shape', [('official', ()),
                                               ('paper', (9, ))])
def test_draws(formulation, shape):
    head = build(formulation=formulation)
    draws = [head.draw(randn(9, 2, D)) for _ in range(300)]
    omega, lam, partners = (
        torch.stack([d[key] for d in draws])
        for key in ('omega', 'lam', 'partner'))
    assert omega.shape == lam.shape == (300, *shape)
    assert omega.min() >= 1 and omega.max() <= 2
    assert lam.min() >= 0 and lam.max() <= 1
    # Beta(2, 2) + 1 has the variance 1 / 20, Beta(1, 1) has 1 / 12
    assert abs(omega.mean() - 1.5) < .05 and abs(lam.mean() - .5) < .06
    assert abs(omega.var() - 1 / 20) < .015
    assert abs(lam.var() - 1 / 12) < .02
    assert (partners.sort(1).values == torch.arange(9)).all()
    assert len(partners.unique(dim=0)) > 290
    if shape:
        assert omega.std(1).min() > 0 and lam.std(1).min() > 0


def test_draws_follow_alpha_and_seed():
    head = build(extrapolation=dict(alpha=50), interpolation=dict(alpha=50.))
    torch.manual_seed(3)
    draws = [head.draw(randn(4, 2, D)) for _ in range(50)]
    assert max(abs(float(d['omega']) - 1.5) for d in draws) < .25
    assert max(abs(float(d['lam']) - .5) for d in draws) < .25
    x, losses = randn(4, 2, D), []
    for seed in (4, 4, 5):
        torch.manual_seed(seed)
        losses.append(head.loss(x, samples())['loss_cls'].item())
    assert losses[0] == losses[1] != losses[2]


def test_without_extrapolation_each_view_is_mixed():
    head, x = build(extrapolation=None), randn(4, 3, D)
    target = target_of(samples(), S)
    assert head.draw(x)['omega'] is None
    lam = torch.tensor(.3, dtype=torch.float64)
    partner = torch.tensor([1, 2, 3, 0])
    fix_draws(head, lam=lam, partner=partner)
    views, label = head.expand(x, target, **head.draw(x))
    assert views.shape == (4, 3, D)
    for v in range(3):
        z, y = oracles.move_augment(x[:, v], x[:, v], torch.tensor(1.), target,
                                    lam, partner, head.label_weight)
        assert_close(views[:, v], z, 1e-10)
    assert_close(label, y, 1e-10)
    logits = head.classifier(head.hidden(views).relu()).mean(1)
    expected = oracles.cross_entropy(logits, label, True)
    assert_close(head.loss(x, samples())['loss_cls'], expected, 1e-12)


def test_without_interpolation_labels_stay():
    head = build(counts=None, interpolation=None)  # needs no counts
    x, target = randn(4, 2, D), target_of(samples(), S)
    draws = head.draw(x)
    assert draws['lam'] is None and draws['partner'] is None
    views, label = head.expand(x, target, **draws)
    omega = float(draws['omega'])
    assert_close(views[:, 0], omega * x[:, 0] + (1 - omega) * x[:, 1], 1e-6)
    assert torch.equal(label, target)
    assert head.loss(x, samples())['loss_cls'].isfinite()


def test_without_calibration_is_mixup():
    head = build(counts=None, interpolation=dict(calibrated=False))
    x, target = randn(4, 2, D), target_of(samples(), S)
    draws = head.draw(x)
    _, label = head.expand(x, target, **draws)
    lam, partner = float(draws['lam']), draws['partner']
    assert_close(label, lam * target + (1 - lam) * target[partner], 1e-6)


def test_without_both_is_the_plain_head():
    head = build(counts=None, extrapolation=None, interpolation=None)
    plain = LongTailHead(S, D, 7, dropout_ratio=0.).double()
    plain.load_state_dict(head.state_dict())
    x = randn(4, 3, D)
    assert_close(
        head.loss(x, samples())['loss_cls'],
        plain.loss(x, samples())['loss_cls'], 1e-12)
    assert torch.equal(head(x), plain(x))


def test_one_vector_has_nothing_to_extrapolate():
    head, x = build(), randn(4, D)
    assert head.draw(head.as_views(x))['omega'] is None
    assert head.loss(x, samples())['loss_cls'].isfinite()


def test_prediction_draws_nothing():
    head, x = build(counts=None).eval(), randn(4, 2, D)
    before = torch.get_rng_state()
    scores = [s.pred_score for s in head.predict(x, samples())]
    assert torch.equal(torch.get_rng_state(), before)
    assert_close(torch.stack(scores), head(x).sigmoid(), 1e-6)


def test_gradients_reach_the_views_and_the_weights():
    head, x = build(), randn(4, 2, D).requires_grad_()
    head.loss(x, samples())['loss_cls'].backward()
    for grad in (x.grad, *(p.grad for p in head.parameters())):
        assert grad.isfinite().all() and grad.abs().sum() > 0


def test_loss_in_half_precision_mixes_labels_in_float():
    head = build().bfloat16()
    x = torch.randn(4, 2, D).bfloat16()
    _, label = head.expand(x, torch.eye(S)[:4], **head.draw(x))
    assert label.dtype == torch.float32


@pytest.mark.parametrize('settings, message', [
    (dict(extrapolation=dict(beta=2.)), "'alpha'.*not.*'beta'"),
    (dict(interpolation=dict(theta=1)),
     "interpolation has .*'calibrated'.*'theta'"),
    (dict(formulation='mine'), "got 'mine'"),
    (dict(counts=COUNTS[:5]), r'6 classes, got .*\(5,\)'),
])
def test_wrong_settings(settings, message):
    with pytest.raises(ValueError, match=message):
        build(**settings)


def test_error_texts():
    with pytest.raises(ValueError, match='two views of a video, got 3'):
        build().loss(randn(4, 3, D), samples())
    with pytest.raises(RuntimeError, match='set_class_counts'):
        build(counts=None).loss(randn(4, 2, D), samples())


def weight(gamma=.5):
    return torch.tensor([1 - t + gamma for t in oracles.tau(COUNTS)])


def test_label_weight_is_the_calibration():
    head = build(interpolation=dict(gamma=.3))
    assert_close(head.label_weight, weight(.3), 1e-6)


def test_checkpoint_of_the_head_holds_no_counts():
    head, other, x = build(), build(counts=None), randn(4, 2, D)
    saved = head.state_dict()
    assert not saved.keys() & {'class_counts', 'label_weight'}
    # version 0.1 saved them
    other.load_state_dict(dict(saved, class_counts=COUNTS))
    with pytest.raises(RuntimeError, match='ClassCountsHook'):
        other.loss(x, samples())
    other.set_class_counts(COUNTS)
    losses = []
    for one in (head, other):
        torch.manual_seed(5)
        losses.append(one.loss(x, samples())['loss_cls'])
    assert torch.equal(*losses)


def test_copy_keeps_the_counts():
    head = build()
    other = copy.deepcopy(head)
    assert torch.equal(other.label_weight, head.label_weight)
    assert other.loss(randn(4, 2, D), samples())['loss_cls'].isfinite()


def test_counts_reach_a_head_of_another_float_type():
    head = build(counts=None).half()
    head.set_class_counts(COUNTS.numpy())
    assert head.label_weight.dtype == torch.half
    assert_close(head.label_weight, weight(), 1e-3)


@pytest.mark.parametrize('dtype', [torch.float32, torch.float64])
def test_golden_expansion(dtype):
    z = load('move_augment', dtype)
    counts = load('longtail_stats')['class_counts']
    head = build(counts=None, num_classes=40, in_channels=48).to(dtype)
    head.set_class_counts(counts)
    # its label weights are of these very counts
    assert_close(head.label_weight, z['label_weight'], 1e-6)
    views, label = head.expand(
        torch.stack([z['u'], z['v']], 1), z['target'], z['omega'], z['lam'],
        z['perm'])
    assert_close(views[:, 0], z['z_tilde'], 1e-6)
    assert_close(label, z['y_tilde'], 1e-6)
