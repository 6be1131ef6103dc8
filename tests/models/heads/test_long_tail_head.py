import pytest
import torch

from projects_move.models import LongTailHead, MOVEHead
from tests import oracles
from tests.golden import assert_close, load, rename_classifier, state
from tests.tiny import randn, sample, target_of

S, D = 7, 5


def build(num_classes=S, in_channels=D, hidden_channels=6, **kwargs):
    settings = {'dropout_ratio': 0., **kwargs}
    return LongTailHead(num_classes, in_channels, hidden_channels,
                        **settings).double()


SINGLE = [sample(s) for s in (3, 0, 6, 3)]
MULTI = [sample(s, S) for s in ([3], [0, 5], [6, 1, 2], [4])]


@pytest.mark.parametrize('num_views', [1, 2, 3])
def test_averages_the_logits_of_the_views(num_views):
    head, x = build(), randn(4, num_views, D)
    expected = torch.zeros(4, S, dtype=torch.float64)
    for row, video in zip(expected, x):
        for view in video:
            hidden = head.hidden.weight @ view + head.hidden.bias
            logits = head.classifier.weight @ hidden.clamp(min=0)
            row.data += (logits + head.classifier.bias) / num_views
    assert_close(head(x), expected, 1e-12)


def test_layouts_mean_the_same():
    head, x = build(), randn(4, 3, D)
    maps = x.transpose(1, 2)
    for other in (maps[..., None], maps[..., None, None], maps[:, :, None, :,
                                                               None]):
        assert_close(head(other), head(x), 1e-12)
    assert_close(head(x[:, 0]), head(x[:, :1]), 1e-12)


def test_padding_does_not_count():
    head, x = build(), randn(4, 6, D)
    lengths = torch.tensor([6, 1, 4, 2])
    valid = torch.arange(6) < lengths[:, None]
    for b, n in enumerate(lengths):
        alone = head(x[b:b + 1, :n])
        assert_close(head(x, valid=valid)[b:b + 1], alone, 1e-12)


@pytest.mark.parametrize('samples', [SINGLE, MULTI], ids=['single', 'multi'])
@pytest.mark.parametrize('loss_cls', ['BCELossWithLogits', 'CrossEntropyLoss'])
def test_loss_equals_definition(samples, loss_cls):
    head, x = build(loss_cls=dict(type=loss_cls)), randn(4, 2, D)
    losses = head.loss(x, samples)
    assert list(losses) == ['loss_cls']
    target = target_of(samples, S)
    expected = oracles.cross_entropy(head(x), target, 'BCE' in loss_cls)
    assert_close(losses['loss_cls'], expected, 1e-12)


def test_losses_in_a_dictionary_pass():
    head = build()
    del head.loss_cls
    head.loss_cls = lambda logits, target: dict(
        loss_a=logits.sum(), loss_b=target.sum())
    assert set(head.loss(randn(4, 2, D), MULTI)) == {'loss_a', 'loss_b'}


@pytest.mark.parametrize('loss, activation', [
    (dict(type='BCELossWithLogits'), 'sigmoid'),
    (dict(type='CrossEntropyLoss'), 'softmax'),
    (dict(type='ClassBalancedLoss'), 'sigmoid'),
    (dict(type='LogitAdjustedLoss'), 'softmax'),
    (dict(type='LogitAdjustedLoss', use_sigmoid=True), 'sigmoid'),
    (dict(type='LabelAwareSmoothingLoss'), 'softmax'),
    (dict(type='PriorSigmoidLoss'), 'sigmoid'),
    (dict(type='PriorSigmoidLoss', activation='softmax'), 'softmax'),
])
def test_scores_are_those_that_the_loss_trains(loss, activation):
    assert build(loss_cls=loss).activation == activation
    assert build(loss_cls=loss, activation='sigmoid').activation == 'sigmoid'


@pytest.mark.parametrize('activation', ['sigmoid', 'softmax'])
def test_predicts_scores_and_label(activation):
    head, x = build(activation=activation).eval(), randn(4, 2, D)
    expected = head(x).sigmoid()
    if activation == 'softmax':
        expected = head(x).softmax(1)
    for row, one in zip(expected, head.predict(x, SINGLE)):
        assert_close(one.pred_score, row, 1e-6)
        assert one.pred_label.item() == int(row.argmax())
        assert one.pred_score.dtype == torch.float32


def test_predicts_from_half_precision():
    head, samples = build().bfloat16().eval(), [sample(1), sample(2)]
    out = head.predict(torch.randn(2, 3, D).bfloat16(), samples)
    assert out[0].pred_score.dtype == torch.float32


def test_dropout_is_for_training():
    head, x = build(dropout_ratio=.5), randn(4, 2, D)
    assert not torch.equal(head(x), head(x))
    assert torch.equal(head.eval()(x), head(x))


def test_gradcheck():
    head = build()
    valid = torch.tensor([[True, True, False], [True, False, False]])
    assert torch.autograd.gradcheck(lambda x: head(x, valid=valid),
                                    randn(2, 3, D).requires_grad_())


@pytest.mark.parametrize('cls', [LongTailHead, MOVEHead])
def test_loss_without_soft_targets_is_named(cls):
    counts = [9, 8, 7, 6, 5, 4, 3]
    loss = dict(type='CBFocalLoss', samples_per_cls=counts)
    head = cls(S, D, loss_cls=loss).double()
    if cls is MOVEHead:
        head.set_class_counts(counts)
    message = r'CBFocalLoss does not take soft targets .*\(4, 7\).*'
    with pytest.raises(TypeError, match=message + cls.__name__):
        head.loss(randn(4, 2, D), SINGLE)


def test_error_texts():
    with pytest.raises(ValueError, match="'sigmoid', 'softmax'.*'tanh'"):
        build(activation='tanh')
    with pytest.raises(ValueError, match=r'\(B, V, 5\), got \(4, 2, 6\)'):
        build()(randn(4, 2, 6))
    with pytest.raises(ValueError, match=r'got \(5,\)'):
        build()(randn(5))


@pytest.mark.parametrize('dtype', [torch.float32, torch.float64])
@pytest.mark.parametrize('name',
                         ['classifier_eval', 'classifier_framewise_eval150'])
def test_golden(name, dtype):
    z = load(name, dtype)
    x = z['x'] if 'x' in z else z['z']  # frames, or one vector
    head = build(40, x.shape[-1], 2048).to(dtype).eval()
    head.load_state_dict(state(z, 'param.', rename_classifier))
    assert_close(head(x), z['logits'], 1e-5)
    samples = head.predict(x, [sample(0) for _ in x])
    scores = torch.stack([one.pred_score for one in samples])
    assert_close(scores, z['scores'], 1e-5)


@pytest.mark.parametrize('dtype', [torch.float32, torch.float64])
@pytest.mark.parametrize('name,target', [('bce', 'target'),
                                         ('bce_soft', 'target_soft')])
def test_golden_loss(name, target, dtype):
    z = load('losses', dtype)
    logits = z['logits'].requires_grad_()
    head = build(num_classes=40)
    loss = head.loss_by_target(logits, z[target])['loss_cls']
    loss.backward()
    assert_close(loss, z[f'{name}.loss'], 1e-5)
    assert_close(logits.grad, z[f'{name}.grad'], 1e-5)


@pytest.mark.parametrize('activation, num_videos, warned',
                         [('softmax', 6, True), ('softmax', 9, False),
                          ('sigmoid', 6, False)])
def test_softmax_of_several_labels_is_warned_of(activation, num_videos, warned,
                                                monkeypatch):
    texts = []
    monkeypatch.setattr('projects_move.models.heads.long_tail_head.print_log',
                        lambda text, *args: texts.append(text))
    head = build(3, 4, activation=activation)
    head.set_num_videos(num_videos)
    head.set_class_counts(torch.tensor([5, 3, 1]))
    assert [('1.5 labels' in text) for text in texts] == [True] * warned
