import pytest
import torch
from mmaction.registry import MODELS

from tests import oracles
from tests.golden import assert_close, load
from tests.tiny import sample, target_of

S, D = 6, 5
COUNTS = torch.tensor([40, 3, 17, 90, 3, 61])


def build(counts=COUNTS, **kwargs):
    torch.manual_seed(0)
    settings = dict(
        type='MOVEHead',
        num_classes=S,
        in_channels=D,
        hidden_channels=7,
        dropout_ratio=0.)
    head = MODELS.build({**settings, **kwargs}).double()
    if counts is not None:
        head.set_class_counts(counts)
    return head


def randn(*shape):
    return torch.randn(*shape, dtype=torch.float64)


def samples(multi=True):
    if multi:
        return [sample(s, S) for s in ([3], [0, 5], [1, 2, 4], [4])]
    return [sample(s) for s in (3, 0, 5, 3)]


def fix_draws(head, **draws):
    head.draw = lambda views: {
        **dict(omega=None, lam=None, partner=None),
        **draws
    }
    return head


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
    if loss_cls == 'BCELossWithLogits':
        p = logits.sigmoid()
        expected = -(y * p.log() + (1 - y) * (1 - p).log()).mean()
    else:
        expected = -(y * logits.softmax(1).log()).sum(1).mean()
    assert_close(head.loss(x, data_samples)['loss_cls'], expected, 1e-10)


@pytest.mark.parametrize('formulation,shape', [('official', ()),
                                               ('paper', (9, ))])
def test_draws(formulation, shape):
    head = build(formulation=formulation)
    draws = [head.draw(randn(9, 2, D)) for _ in range(300)]
    omega = torch.stack([d['omega'] for d in draws])
    lam = torch.stack([d['lam'] for d in draws])
    assert omega.shape == lam.shape == (300, *shape)
    assert omega.min() >= 1 and omega.max() <= 2
    assert lam.min() >= 0 and lam.max() <= 1
    # Beta(2, 2) + 1 has the variance 1 / 20, Beta(1, 1) has 1 / 12
    assert abs(omega.mean() - 1.5) < .05 and abs(lam.mean() - .5) < .06
    assert abs(omega.var() - 1 / 20) < .015
    assert abs(lam.var() - 1 / 12) < .02
    partners = torch.stack([d['partner'] for d in draws])
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
    x = randn(4, 2, D)
    torch.manual_seed(4)
    one = head.loss(x, samples())['loss_cls']
    torch.manual_seed(4)
    assert torch.equal(head.loss(x, samples())['loss_cls'], one)
    assert not torch.equal(head.loss(x, samples())['loss_cls'], one)


def test_without_extrapolation_each_view_is_mixed():
    head = build(extrapolation=None)
    x, data_samples = randn(4, 3, D), samples()
    assert head.draw(x)['omega'] is None
    lam = torch.tensor(.3, dtype=torch.float64)
    partner = torch.tensor([1, 2, 3, 0])
    fix_draws(head, lam=lam, partner=partner)
    views, target = head.expand(x, target_of(data_samples, S), **head.draw(x))
    assert views.shape == (4, 3, D)
    for v in range(3):
        z, y = oracles.move_augment(x[:, v], x[:, v], torch.tensor(1.),
                                    target_of(data_samples, S), lam, partner,
                                    head.label_weight)
        assert_close(views[:, v], z, 1e-10)
    assert_close(target, y, 1e-10)
    logits = head.classifier(head.hidden(views).relu()).mean(1)
    expected = torch.nn.functional.binary_cross_entropy_with_logits(
        logits, target)
    assert_close(head.loss(x, data_samples)['loss_cls'], expected, 1e-12)


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
    plain = MODELS.build(
        dict(
            type='LongTailHead',
            num_classes=S,
            in_channels=D,
            hidden_channels=7,
            dropout_ratio=0.)).double()
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


def test_error_texts():
    with pytest.raises(ValueError, match="'alpha'.*not.*'beta'"):
        build(extrapolation=dict(beta=2.))
    with pytest.raises(
            ValueError, match="interpolation has .*'calibrated'.*'theta'"):
        build(interpolation=dict(theta=1))
    with pytest.raises(ValueError, match="got 'mine'"):
        build(formulation='mine')
    with pytest.raises(ValueError, match=r'6 classes, got .*\(5,\)'):
        build(counts=COUNTS[:5])
    with pytest.raises(ValueError, match='two views of a video, got 3'):
        build().loss(randn(4, 3, D), samples())
    with pytest.raises(RuntimeError, match='set_class_counts'):
        build(counts=None).loss(randn(4, 2, D), samples())


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
