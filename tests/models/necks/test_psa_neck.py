import pytest
import torch
from mmaction.registry import MODELS
from torch.utils.flop_counter import FlopCounterMode

from projects_move.models import FrameMasks, PSANeck
from tests import oracles
from tests.golden import assert_close, load, rename_psa, state
from tests.tiny import batch_masks, padding

C, H, D = 6, 3, 4


def build(formulation='official', seed=0, **kwargs):
    torch.manual_seed(seed)
    neck = PSANeck(
        C, H, D, formulation=formulation, dropout_ratio=0., **kwargs).double()
    with torch.no_grad():
        for name, value in neck.named_parameters():
            if name.startswith('norm'):
                value.uniform_(.5, 1.5)
    return neck


def frames(batch, num_frames):
    return torch.randn(
        batch, num_frames, C, dtype=torch.float64, requires_grad=True)


def gradients(out, neck, x):
    grad = torch.linspace(-1, 2, out.numel(), dtype=out.dtype).view_as(out)
    leaves = [x, *neck.parameters()]
    return torch.autograd.grad((out * grad).sum(), leaves, allow_unused=True)


def assert_same(got, expected, neck, x):
    assert_close(got, expected, 1e-10, 'output')
    names = ['x'] + [name for name, _ in neck.named_parameters()]
    for name, a, b in zip(names, gradients(got, neck, x),
                          gradients(expected, neck, x)):
        assert_close(a, b, 1e-10, name, floor=1.)


@pytest.mark.parametrize('option', [
    'plain', 'views', 'own_draws', 'all_hidden', 'padding', 'padding_and_views'
])
@pytest.mark.parametrize('num_frames,num_views', [(1, 1), (7, 2), (12, 3)])
def test_official_equals_projected_frames(num_frames, num_views, option):
    neck, x = build(seed=num_frames), frames(4, num_frames)
    mask = query = key = valid = None
    if option.startswith('padding'):
        valid = padding(4, num_frames)
    if option in ('views', 'padding_and_views'):
        query = key = mask = batch_masks(4, num_views, num_frames, valid)
    elif option in ('own_draws', 'all_hidden'):
        mask = batch_masks(4, num_views, num_frames)
        query = batch_masks(4, num_views, num_frames).roll(1, 0)
        key = batch_masks(4, 1, num_frames)
        if option == 'all_hidden':
            key[1:] = False
    masks = FrameMasks(mask, query, key, valid)
    got = neck(x, masks)
    expected, rows = oracles.psa_official(x, neck, query, key, valid)
    assert_same(got, expected, neck, x)
    attention = neck.attention(x, masks)[1]
    assert_close(attention, rows, 1e-10, 'attention')
    if option == 'all_hidden':
        uniform = torch.full_like(rows[1:], 1 / num_frames)
        assert_close(attention[1:], uniform, 1e-12, 'uniform')


@pytest.mark.parametrize('option',
                         ['plain', 'views', 'padding', 'padding_and_views'])
@pytest.mark.parametrize('num_frames,num_views', [(1, 1), (7, 2), (12, 3)])
def test_paper_equals_equations(num_frames, num_views, option):
    neck = build('paper', seed=num_frames, out_channels=5)
    x, mask, valid = frames(4, num_frames), None, None
    if option.startswith('padding'):
        valid = padding(4, num_frames)
    if option.endswith('views'):
        mask = batch_masks(4, num_views, num_frames, valid)
    got = neck(x, FrameMasks(mask, valid=valid))
    assert_same(got, oracles.psa_paper(x, neck, mask, valid), neck, x)


def test_paper_ignores_the_draws_of_official():
    neck, x, mask = build('paper'), frames(3, 6), batch_masks(3, 2, 6)
    extra = FrameMasks(mask, batch_masks(3, 2, 6), batch_masks(3, 1, 6))
    assert torch.equal(neck(x, extra), neck(x, mask))


def test_no_frame_is_projected():
    neck = PSANeck(32, 4, 64)
    x = torch.randn(2, 50, 32)
    with FlopCounterMode(display=False) as counter:
        neck(x, torch.ones(2, 2, 50, dtype=torch.bool))
    projecting_keys = 2 * 2 * 50 * 32 * 4 * 64
    assert counter.get_total_flops() < projecting_keys


def test_dropout_is_for_training():
    neck, x = PSANeck(C, H, D, dropout_ratio=.5), torch.randn(3, 7, C)
    assert not torch.equal(neck(x), neck(x))
    neck.eval()
    assert torch.equal(neck(x), neck(x))


def test_error_texts():
    with pytest.raises(ValueError, match="one of .*got 'both'"):
        PSANeck(C, formulation='both')
    with pytest.raises(ValueError, match='out_channels.*got 5 and 6'):
        PSANeck(C, out_channels=5)
    neck = MODELS.build(dict(type='PSANeck', in_channels=C))
    with pytest.raises(ValueError, match=r'6 channels.*\(2, 3, 7\)'):
        neck(torch.randn(2, 3, 7))
    x = torch.randn(2, 3, C)
    with pytest.raises(
            ValueError, match='views of shape.*T = 3, got .2, 2, 4'):
        neck(x, FrameMasks(torch.ones(2, 2, 4, dtype=torch.bool)))
    with pytest.raises(ValueError, match=r'key of shape.*\(B, #V, T\)'):
        neck(x, FrameMasks(key=torch.ones(2, 3, dtype=torch.bool)))
    with pytest.raises(ValueError, match='at least one frame'):
        neck(x[:, :0])


@pytest.mark.parametrize('dtype', [torch.float32, torch.float64])
@pytest.mark.parametrize('name', ['psa_plain', 'psa_dynamic_official'])
def test_golden_training(name, dtype):
    z = load(name, dtype)
    neck = PSANeck(32, 4, 8, dropout_ratio=0.).to(dtype)
    neck.load_state_dict(state(z, 'param.', rename_psa))
    x, masks = z['x'].requires_grad_(), FrameMasks()
    if 'query_frame_mask' in z:
        masks = FrameMasks(z['query_frame_mask'], z['query_frame_mask'],
                           z['key_keep_mask'].unsqueeze(1))
    out = neck(x, masks)
    out.backward(z['grad_out'].view_as(out))
    assert_close(out.view_as(z['out']), z['out'], 1e-5, 'out')
    attention = neck.attention(x, masks)[1]
    assert_close(attention.view_as(z['attn']), z['attn'], 1e-5, 'attention')
    for key, grad in state(z, 'grad.', rename_psa).items():
        assert_close(neck.get_parameter(key).grad, grad, 1e-5, key)
    if 'grad_x' in z:
        assert_close(x.grad, z['grad_x'], 1e-5, 'x')
    expected, rows = oracles.psa_official(x.double(), neck.double(),
                                          masks.query, masks.key)
    assert_close(neck(x.double(), masks), expected, 1e-10, 'oracle')
    assert_close(
        neck.attention(x.double(), masks)[1], rows, 1e-10, 'oracle rows')


@pytest.mark.parametrize('dtype', [torch.float32, torch.float64])
@pytest.mark.parametrize('name',
                         ['psa_eval150', 'psa_dynamic_official_eval150'])
def test_golden_evaluation(name, dtype):
    z = load(name, dtype)
    neck = PSANeck(32, 4, 8).to(dtype).eval()
    neck.load_state_dict(state(z, 'param.', rename_psa))
    assert_close(neck(z['x'])[:, 0], z['out'], 1e-5)
    if 'attn' in z:
        attention = neck.attention(z['x'], FrameMasks())[1]
        assert_close(attention[:, :, 0], z['attn'], 1e-5)
