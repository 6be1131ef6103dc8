"""Frames in their context, whatever they are padded with."""
import pytest
import torch
from mmaction.registry import MODELS

from projects_move.models import FrameMasks
from tests.golden import assert_close
from tests.oracles.temporal_conv import temporal_convolutions
from tests.tiny import batch_masks

C, D = 4, 6
LENGTHS = [[5, 1, 9, 2], [1, 1], [3], [1], [6, 6]]
MOVE = dict(
    attention=dict(type='PSANeck', num_heads=2, head_channels=3),
    netvlad=dict(type='NetVLADNeck', num_clusters=3, out_channels=4))


def build(seed=0, **kwargs):
    """An encoder whose parameters are all different, without dropout."""
    torch.manual_seed(seed)
    settings = dict(in_channels=C, out_channels=D, dropout_ratio=0.)
    encoder = MODELS.build(
        dict(type='TemporalConvEncoder', **{
            **settings,
            **kwargs
        })).double()
    with torch.no_grad():
        for value in encoder.parameters():
            value.normal_()
    return encoder


def padded(lengths, fill=0.):
    """Videos of different lengths, a batch of them, and its mask."""
    torch.manual_seed(1)
    videos = [torch.randn(n, C).double().requires_grad_() for n in lengths]
    batch = torch.full((len(lengths), max(lengths), C), fill).double()
    valid = torch.arange(max(lengths)) < torch.tensor(lengths)[:, None]
    for row, video in zip(batch, videos):
        row[:len(video)] = video.detach()
    return videos, batch.requires_grad_(), valid


@pytest.mark.parametrize('lengths', LENGTHS, ids=str)
@pytest.mark.parametrize('fill', [0., 1e3, float('nan')])
def test_padded_batch_is_each_video_alone(lengths, fill):
    encoder, alone = build(), build()
    videos, batch, valid = padded(lengths, fill)
    out = encoder(batch, valid)
    assert out.shape == (*valid.shape, D) and (out[~valid] == 0).all()
    weight = torch.randn_like(out)
    (out * weight).sum().backward()
    for i, video in enumerate(videos):
        single = alone(video[None])
        assert_close(out[i, :len(video)], single[0], 1e-12)
        (single * weight[i, :len(video)]).sum().backward()
        assert_close(batch.grad[i, :len(video)], video.grad, 1e-12)
        assert (batch.grad[i, len(video):] == 0).all()
    for one, other in zip(encoder.parameters(), alone.parameters()):
        assert_close(one.grad, other.grad, 1e-9)


@pytest.mark.parametrize('kernel_size, num_blocks', [(1, 1), (3, 2), (5, 2),
                                                     (7, 1), (5, 0)])
def test_definition(kernel_size, num_blocks):
    settings = dict(kernel_size=kernel_size, num_blocks=num_blocks)
    encoder = build(**settings, expansion=3)
    videos, batch, valid = padded([5, 1, 9, 2])
    out, state = encoder(batch, valid), encoder.state_dict()
    for i, video in enumerate(videos):
        expected = temporal_convolutions(video.detach(), state, **settings)
        assert_close(out[i, :len(video)], expected, 1e-10)


def test_mask_of_all_frames_is_none():
    encoder, (_, batch, valid) = build(), padded([6, 6])
    assert_close(encoder(batch, valid), encoder(batch), 1e-12)


@pytest.mark.parametrize('kernel_size, num_blocks', [(1, 3), (3, 1), (5, 2),
                                                     (7, 2)])
def test_receptive_field(kernel_size, num_blocks):
    encoder = build(kernel_size=kernel_size, num_blocks=num_blocks)
    x = torch.randn(1, 31, C).double().requires_grad_()
    size = num_blocks * (kernel_size - 1) + 1
    for t in (0, 15, 29):
        grad, = torch.autograd.grad(encoder(x)[0, t].sum(), x)
        seen = grad[0].abs().sum(-1).nonzero().flatten().tolist()
        reach = size // 2
        assert seen == list(range(max(t - reach, 0), min(t + reach, 30) + 1))
    assert size == 2 * reach + 1


def test_no_video_sees_another():
    encoder, (_, batch, valid) = build(kernel_size=7), padded([3, 1, 4])
    before = encoder(batch, valid)
    changed = batch.detach().clone()
    changed[1] = 100.
    after = encoder(changed, valid)
    assert torch.equal(before[[0, 2]], after[[0, 2]])
    assert not torch.equal(before[1, 0], after[1, 0])


def test_dropout_in_training_only():
    encoder, (_, batch, valid) = build(dropout_ratio=.5), padded([5, 1, 9, 2])
    assert not torch.equal(encoder(batch, valid), encoder(batch, valid))
    encoder.eval()
    assert torch.equal(encoder(batch, valid), encoder(batch, valid))


@pytest.mark.parametrize('kernel_size', [0, 2, -1])
def test_even_kernels_are_refused(kernel_size):
    with pytest.raises(
            ValueError, match=f'odd and positive, got {kernel_size}'):
        build(kernel_size=kernel_size)


@pytest.mark.parametrize('valid', [None, torch.ones(2, 3, dtype=torch.bool)])
def test_other_channels_are_refused(valid):
    with pytest.raises(ValueError, match=r'expects 4 channels.*\(2, 3, 5\)'):
        build()(torch.randn(2, 3, 5).double(), valid)


def neck(encoder=True, necks=MOVE, **shared):
    torch.manual_seed(0)
    settings = dict(
        type='TemporalConvEncoder', out_channels=D, dropout_ratio=0.)
    built = MODELS.build(
        dict(
            type='ParallelNeck',
            in_channels=C,
            encoder=settings if encoder is True else encoder,
            necks=necks,
            **shared)).double()
    return built.eval()


@pytest.mark.parametrize('formulation', ['official', 'paper'])
@pytest.mark.parametrize('encoder', [True, None])
def test_order_matters_with_an_encoder(encoder, formulation):
    built = neck(encoder, formulation=formulation)
    x, order = torch.randn(3, 9, C).double(), torch.randperm(9)
    same = torch.allclose(built(x), built(x[:, order]), atol=1e-9)
    assert same == (encoder is None)
    assert built.in_channels == C
    assert built.necks['netvlad'].in_channels == (D if encoder else C)


@pytest.mark.parametrize('formulation', ['official', 'paper'])
def test_neck_of_a_padded_batch_is_that_of_each_video(formulation):
    built = neck(formulation=formulation)
    videos, batch, valid = padded([5, 1, 9, 2], float('nan'))
    views = batch_masks(4, 2, 9, valid)
    views[:, :, 0] = True
    z = built(batch, FrameMasks(views, valid=valid))
    for i, video in enumerate(videos):
        mask = views[i:i + 1, :, :len(video)]
        assert_close(z[i], built(video[None], mask)[0], 1e-10)


VLAD = dict(netvlad=MOVE['netvlad'])


@pytest.mark.parametrize('necks', [
    VLAD,
    dict(inner=dict(type='ParallelNeck', necks=VLAD)),
    dict(netvlad=dict(MOVE['netvlad'], detach_frames=True)),
])
def test_gradient_reaches_the_encoder_through_views(necks):
    built = neck(necks=necks, formulation='official').train()
    x = torch.randn(3, 9, C).double().requires_grad_()
    built(x, batch_masks(3, 2, 9)).square().sum().backward()
    for name, value in built.encoder.named_parameters():
        assert value.grad.abs().max() > 0, name
    assert x.grad.abs().max() > 0
    without = neck(None, VLAD, formulation='official').train()
    x.grad = None
    without(x, batch_masks(3, 2, 9)).square().sum().backward()
    assert x.grad is None or x.grad.abs().max() == 0


def test_channels_of_the_encoder_may_stand_in_its_own_settings():
    settings = dict(type='TemporalConvEncoder', in_channels=C, out_channels=D)
    torch.manual_seed(0)
    built = MODELS.build(
        dict(type='ParallelNeck', encoder=settings, necks=MOVE))
    assert built.in_channels == C and built.necks['netvlad'].in_channels == D
    assert built(torch.randn(2, 5, C)).shape == (2, 1, D + 4)
