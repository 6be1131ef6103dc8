"""Remix, reconstruction and mixing without MOVE."""
import pytest
import torch

from projects_move import functional as F
from projects_move.errors import InputError
from projects_move.models import LongTailHead, MOVEHead
from tests.golden import assert_close
from tests.tiny import randn, sample, target_of

S, D = 6, 5
COUNTS = torch.tensor([40, 3, 17, 90, 3, 61])
SAMPLES = [sample(s) for s in (3, 0, 1, 4)]
REMIX = dict(calibrated=False, remix=dict(kappa=2.))


def build(cls=LongTailHead, counts=COUNTS, **kwargs):
    head = cls(S, D, hidden_channels=7, dropout_ratio=0., **kwargs).double()
    if counts is not None:
        head.set_class_counts(counts)
    return head


@pytest.mark.parametrize('cls', [LongTailHead, MOVEHead])
def test_loss_of_remix_by_its_parts(cls):
    head, x = build(cls, interpolation=REMIX), randn(4, 2, D)
    if cls is MOVEHead:
        head.extrapolation = None
    target, lam = target_of(SAMPLES, S), torch.tensor(.3).double()
    partner = torch.tensor([1, 2, 3, 0])
    draws = dict(lam=lam, partner=partner)
    counts = COUNTS[[3, 0, 1, 4]]
    ratio = F.remix_ratio(lam, counts, counts[partner], kappa=2.)
    assert ratio.tolist() == pytest.approx([0., 0., .3, .3])
    z, y = head.expand(x, target, **draws)
    torch.testing.assert_close(z, .3 * x + .7 * x[partner])
    expected = ratio[:, None] * target + (1 - ratio[:, None]) * target[partner]
    torch.testing.assert_close(y, expected)


def test_remix_refuses_several_labels():
    head = build(interpolation=REMIX)
    samples = [sample(s, S) for s in ([3], [0, 5], [1], [4])]
    with pytest.raises(InputError, match='several labels of video 1'):
        head.loss(randn(4, 2, D), samples)


def test_reconstruction_by_its_parts():
    head = build(reconstruction=dict(few_max_inclusive=17))
    samples = [sample(s, S) for s in ([3], [0, 5], [1, 3], [2])]
    x, target = randn(4, 2, D), target_of(samples, S)
    share = F.reconstruction_share(COUNTS)[[3, 0, 1, 2]]  # rarest labels
    few = torch.tensor([False, False, True, True])
    z, y = head.expand(x, target, **head.draw(x))
    torch.testing.assert_close(
        z, F.reconstruct(x, share, few), rtol=1e-6, atol=1e-6)
    assert torch.equal(y, target) and not torch.equal(z, x)


def test_half_of_the_videos_stay_unmixed():
    head = build(interpolation=dict(calibrated=False, unmixed=.5))
    lam = torch.stack([head.draw(randn(8, 1, D))['lam'] for _ in range(200)])
    assert lam.shape == (200, 8)
    assert abs((lam == 1).double().mean() - .5) < .05
    assert abs(lam[lam < 1].mean() - .5) < .05


def test_nothing_is_mixed_by_default():
    head, x = build(), randn(4, 2, D)
    target = target_of(SAMPLES, S)
    z, y = head.expand(x, target, **head.draw(x))
    assert z is x and y is target


def test_test_mixes_nothing():
    head = build(interpolation=REMIX, reconstruction={}).eval()
    plain, x = build(), randn(4, 2, D)
    plain.load_state_dict(head.state_dict())
    assert torch.equal(head(x), plain(x))


def test_error_texts():
    with pytest.raises(ValueError, match='set calibrated=False'):
        build(MOVEHead, interpolation=dict(remix={}))
    with pytest.raises(ValueError, match="remix has .*'kappa', 'tau'.*'cap'"):
        build(interpolation=dict(calibrated=False, remix=dict(cap=2)))
    for settings in (dict(interpolation=REMIX), dict(reconstruction={})):
        with pytest.raises(RuntimeError, match='needs class counts'):
            build(counts=None, **settings).loss(randn(4, 2, D), SAMPLES)


def test_experts_are_averaged_in_a_test():
    head, x = build(num_experts=3), randn(4, 2, D)
    hidden = head.hidden(x).relu().mean(1)  # (4, 21)
    logits = [
        classifier(hidden[:, 7 * e:7 * (e + 1)])
        for e, classifier in enumerate(head.classifier)
    ]
    assert_close(head.classify(x), torch.stack(logits, 1), 1e-12)
    assert_close(head(x), sum(logits) / 3, 1e-12)


@pytest.mark.parametrize('tau', [0., 1., .5])
def test_post_hoc_adjustment_by_the_equation(tau):
    """Menon et al., Eq. 9, up to a constant for all classes."""
    head, x = build(post_hoc_tau=tau), randn(4, 2, D)
    assert torch.equal(head(x), head.classify(x))  # a training is plain
    head.eval()
    pi = COUNTS.double() / COUNTS.sum()
    expected = head.classify(x) - tau * pi.log()
    found = head(x) - expected
    assert_close(found, found[:, :1].expand(-1, S), 1e-6)
    assert torch.equal(head(x).argmax(1), expected.argmax(1))


def test_post_hoc_adjustment_needs_counts():
    with pytest.raises(RuntimeError, match='LongTailHead needs class counts'):
        build(counts=None, post_hoc_tau=1.).eval()(randn(4, 2, D))


@pytest.mark.parametrize('type',
                         ['TauNormalizedClassifier', 'ScaledClassifier'])
def test_classifier_reads_a_finished_checkpoint(type):
    head, plain, x = build(classifier=dict(type=type)), build(), randn(4, 2, D)
    head.load_state_dict(plain.state_dict(), strict=False)
    assert_close(head(x), plain(x), 1e-12)
    head.eval()
    hidden = plain.hidden(x).relu().mean(1)
    weight, bias = plain.classifier.weight, plain.classifier.bias
    if type == 'ScaledClassifier':
        head.classifier.scale.data = torch.rand(S).double()
        weight = weight * head.classifier.scale[:, None]
    else:
        weight = weight / weight.norm(dim=1, keepdim=True)
    assert_close(head(x), hidden @ weight.T + bias, 1e-12)
