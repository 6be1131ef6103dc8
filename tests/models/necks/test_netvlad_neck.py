import pytest
import torch

from projects_move.models import FrameMasks, NetVLADNeck
from tests import oracles
from tests.golden import assert_close, load, rename_netvlad, state
from tests.tiny import batch_masks, padding

C, K, D = 5, 3, 4


def build(formulation='official', seed=0, **kwargs):
    torch.manual_seed(seed)
    neck = NetVLADNeck(C, K, D, formulation=formulation, **kwargs).double()
    with torch.no_grad():
        for name, value in neck.named_parameters():
            if 'norm' in name:
                value.uniform_(.5, 1.5)
            else:
                value.normal_()
        for name, value in neck.named_buffers():
            if 'running' in name:
                value.uniform_(.5, 2)
    return neck


def official_oracle(neck):
    oracle = oracles.NetVLADOfficial(C, K, D, neck.detach_frames).double()
    oracle.load_state_dict(neck.state_dict())
    return oracle.train(neck.training)


def frames(batch, num_frames):
    x = torch.randn(batch, num_frames, C, dtype=torch.float64) * 2 + 1
    return x.requires_grad_()


def draw(option, num_views, num_frames):
    valid = padding(4, num_frames) if 'padding' in option else None
    mask = batch_masks(4, num_views, num_frames,
                       valid) if 'views' in option else None
    return mask, valid


def gradients(out, module, x):
    grad = torch.linspace(-1, 2, out.numel(), dtype=out.dtype).view_as(out)
    names = ['x'] + [name for name, _ in module.named_parameters()]
    grads = torch.autograd.grad(
        (out * grad).sum(), [x, *module.parameters()], allow_unused=True)
    return dict(zip(names, grads))


def assert_same_gradients(got, expected):
    assert got.keys() == expected.keys()
    for name, grad in got.items():
        assert (grad is None) == (expected[name] is None), name
        if grad is not None:
            assert_close(grad, expected[name], 1e-10, name, floor=1.)


OPTIONS = ['plain', 'views', 'padding', 'padding_and_views']
SIZES = [(2, 1), (7, 2), (11, 3)]


@pytest.mark.parametrize('option', OPTIONS)
@pytest.mark.parametrize('detach', [None, False])
@pytest.mark.parametrize('num_frames,num_views', SIZES)
def test_official_equals_stacked_views(num_frames, num_views, detach, option):
    neck = build(seed=num_frames, detach_frames=detach)
    oracle = official_oracle(neck)
    for _ in range(2):  # the statistics run on
        x = frames(4, num_frames)
        mask, valid = draw(option, num_views, num_frames)
        got = neck(x, FrameMasks(mask, valid=valid))
        expected = oracle(x, mask, valid)
        assert_close(got, expected, 1e-10, 'output')
        assert_same_gradients(
            gradients(got, neck, x), gradients(expected, oracle, x))
        for name, value in oracle.state_dict().items():
            assert_close(neck.state_dict()[name], value, 1e-10, name)
    mask, valid = draw(option, num_views, num_frames)
    got = neck.eval()(x, FrameMasks(mask, valid=valid))
    assert_close(got, oracle.eval()(x, mask, valid), 1e-10, 'evaluation')
    assert neck.assignment_norm.num_batches_tracked == 2


@pytest.mark.parametrize('option', OPTIONS)
@pytest.mark.parametrize('num_frames,num_views', [(1, 1), (5, 2), (6, 3)])
def test_paper_equals_equations(num_frames, num_views, option):
    neck, x = build('paper', seed=num_frames), frames(4, num_frames)
    mask, valid = draw(option, num_views, num_frames)
    got = neck(x, FrameMasks(mask, valid=valid))
    expected = oracles.netvlad_paper(x, neck, mask, valid)
    assert_close(got, expected, 1e-10, 'output')
    assert_same_gradients(
        gradients(got, neck, x), gradients(expected, neck, x))


def test_dropped_frames_enter_the_official_statistics():
    neck, x = build(detach_frames=False), frames(3, 6)
    neck.assignment_norm.reset_running_stats()
    neck.assignment_norm.momentum = 1.
    everything = torch.ones(3, 2, 6, dtype=torch.bool)
    neck(x, everything)
    whole = neck.assignment_norm.running_var.clone()
    half = everything.clone()
    half[..., 3:] = False
    neck(x, half)
    assert not torch.allclose(neck.assignment_norm.running_var, whole)


def test_one_assignment_pass_serves_all_views():
    neck, x, calls = build(), frames(3, 6), []
    neck.assignment.register_forward_hook(lambda *args: calls.append(args))
    neck(x, batch_masks(3, 3, 6))
    assert len(calls) == 1 and calls[0][1][0].shape == (3, 6, C)


def test_official_training_on_all_frames_is_the_plain_layer():
    x = frames(3, 8)
    everything = torch.ones(3, 1, 8, dtype=torch.bool)
    plain, viewed = build(), build()
    assert_close(viewed(x, everything), plain(x), 1e-10)
    for name, value in plain.state_dict().items():
        assert_close(viewed.state_dict()[name], value, 1e-10, name)


def test_what_lies_in_the_padding_does_not_matter():
    x, valid = frames(4, 9), padding(4, 9)
    mask = batch_masks(4, 2, 9, valid)
    noise = torch.where(valid[..., None], x, 1e3 * torch.ones_like(x))
    clean, noisy = build(), build()
    assert_close(
        noisy(noise, FrameMasks(mask, valid=valid)),
        clean(x, FrameMasks(mask, valid=valid)), 1e-10)
    for name, value in clean.state_dict().items():
        assert_close(noisy.state_dict()[name], value, 1e-10, name)


@pytest.mark.parametrize('formulation,detach,reaches', [
    ('official', None, False),
    ('official', False, True),
    ('paper', None, True),
    ('paper', True, False),
])
def test_gradient_of_sampled_frames(formulation, detach, reaches):
    neck = build(formulation, detach_frames=detach)
    x = frames(3, 6)
    neck(x, batch_masks(3, 2, 6)).square().sum().backward()
    assert (x.grad is not None) is reaches
    if formulation == 'official':
        assert (neck.input_norm.weight.grad is not None) is reaches
    # whole videos always train what lies below
    x = frames(3, 6)
    neck(x).square().sum().backward()
    assert x.grad.abs().sum() > 0


def test_no_gradient_stops_at_evaluation():
    neck, x = build().eval(), frames(3, 6)
    neck(x, batch_masks(3, 2, 6)).sum().backward()
    assert x.grad.abs().sum() > 0


def test_empty_clusters_have_finite_gradients():
    neck, x, mask = build('paper'), frames(3, 6), batch_masks(3, 2, 6)
    with torch.no_grad():
        neck.assignment.weight.zero_()
        neck.assignment.bias.copy_(torch.tensor([0., -2e3, -2e3]))
    out = neck(x, mask)
    out.sum().backward()
    assert x.grad.isfinite().all() and x.grad.abs().sum() > 0
    assert_close(out, oracles.netvlad_paper(x, neck, mask), 1e-12)


def test_error_texts():
    with pytest.raises(ValueError, match="got 'none'"):
        NetVLADNeck(C, formulation='none')
    with pytest.raises(ValueError, match=r'5 channels.*\(2, 3, 7\)'):
        build()(torch.randn(2, 3, 7).double())
    with pytest.raises(ValueError, match='expected valid of shape'):
        build()(frames(2, 3), FrameMasks(valid=torch.ones(2, 4).bool()))


def load_neck(tensors, dtype):
    neck = NetVLADNeck(32, 8, 16).to(dtype)
    neck.load_state_dict(state(tensors, 'param.', rename_netvlad))
    return neck


@pytest.mark.parametrize('dtype', [torch.float32, torch.float64])
@pytest.mark.parametrize('name',
                         ['netvlad_plain_train', 'netvlad_dynamic_official'])
def test_golden_training(name, dtype):
    z = load(name, dtype)
    neck, mask = load_neck(z, dtype), z.get('view_frame_mask')
    out = neck(z['x'], mask)
    out.backward(z['grad_out'].view_as(out))
    assert_close(out.view_as(z['out']), z['out'], 1e-5, 'out')
    grads = state(z, 'grad.', rename_netvlad)
    for key, value in neck.named_parameters():
        if key in grads:
            assert_close(value.grad, grads[key], 1e-5, key)
        else:
            assert key.startswith('input_norm') and value.grad is None
    for key, value in state(z, 'after.', rename_netvlad).items():
        assert_close(neck.state_dict()[key], value, 1e-5, key)
    # and the equations, on the golden numbers cast up
    neck, oracle = load_neck(z, dtype).double(), oracles.NetVLADOfficial(
        32, 8, 16).double()
    oracle.load_state_dict(neck.state_dict())
    x, grad = z['x'].double(), z['grad_out'].double()
    got, expected = neck(x, mask), oracle(x, mask)
    assert_close(got, expected, 1e-10, 'oracle')
    got.backward(grad.view_as(got))
    expected.backward(grad.view_as(got))
    for (key, a), b in zip(neck.named_parameters(), oracle.parameters()):
        assert (a.grad is None) == (b.grad is None), key
        if a.grad is not None:
            assert_close(a.grad,
                         dict(oracle.named_parameters())[key].grad, 1e-10, key)
    for key, value in oracle.state_dict().items():
        assert_close(neck.state_dict()[key], value, 1e-10, key)


@pytest.mark.parametrize('dtype', [torch.float32, torch.float64])
def test_golden_evaluation(dtype):
    z = load('netvlad_official_eval150', dtype)
    neck = load_neck(z, dtype).eval()
    assert_close(neck(z['x'])[:, 0], z['out'], 1e-5)


@pytest.mark.parametrize('num_frames', [1, 5])
@pytest.mark.parametrize('views', [None, 1])
def test_a_video_by_itself(num_frames, views):
    """The last batch of a list may hold one: it trains, and what the
    statistics of a batch would be is not learned from it."""
    neck = NetVLADNeck(in_channels=4, num_clusters=3, out_channels=6)
    frames = torch.randn(1, num_frames, 4)
    mask = None if views is None else torch.ones(
        1, views, num_frames, dtype=torch.bool)
    before = neck.norm.running_mean.clone()
    z = neck(frames, mask)
    assert z.shape == (1, 1, 6) and z.isfinite().all()
    z.sum().backward()
    assert torch.equal(neck.norm.running_mean, before)
    for buffer in neck.buffers():
        assert buffer.isfinite().all()
