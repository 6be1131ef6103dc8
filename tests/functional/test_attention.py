from types import SimpleNamespace

import pytest
import torch
from torch.autograd import gradcheck

import projects_move.functional as F
from tests import oracles
from tests.golden import assert_close

H, D, C = 3, 4, 5


def weights(seed=0):
    torch.manual_seed(seed)
    return [torch.randn(H * D, C, dtype=torch.float64) for _ in range(3)]


def masks(batch, views, num_frames):
    """One frame, all frames, and in between."""
    mask = torch.rand(batch, views, num_frames) < .5
    mask[..., 0] = True
    mask[0, 0] = False
    mask[0, 0, -1] = True
    mask[-1, -1] = True
    return mask


@pytest.mark.parametrize('num_frames,views', [(1, 1), (7, 2), (13, 3)])
def test_prototypes_equal_means(num_frames, views):
    torch.manual_seed(0)
    x = torch.randn(4, num_frames, C, dtype=torch.float64)
    mask = masks(4, views, num_frames)
    out = F.prototypes(x, mask)
    for b in range(4):
        for v in range(views):
            kept = [x[b, t] for t in range(num_frames) if mask[b, v, t]]
            assert_close(out[b, v], sum(kept) / len(kept), 1e-14)


def test_prototypes_of_all_frames_and_of_one():
    x = torch.randn(3, 6, C)
    everything = torch.ones(3, 2, 6, dtype=torch.bool)
    assert_close(
        F.prototypes(x, everything),
        F.prototypes(x).expand(-1, 2, -1), 1e-6)
    one = torch.eye(6, dtype=torch.bool).expand(3, 6, 6)
    assert torch.equal(F.prototypes(x, one), x)


def test_prototypes_follow_the_frames():
    x, mask = torch.randn(4, 8, C), masks(4, 2, 8)
    order = torch.randperm(8)
    assert_close(
        F.prototypes(x[:, order], mask[..., order]), F.prototypes(x, mask),
        1e-6)


def test_prototypes_gradcheck():
    x = torch.randn(2, 5, 3, dtype=torch.float64, requires_grad=True)
    assert gradcheck(F.prototypes, (x, masks(2, 2, 5)))


def attention_by_rows(p, x, wq, wk, key_mask=None, valid=None, gain=None):
    """Project every frame, then one softmax a query and head."""
    batch, views = p.shape[:2]
    out = x.new_zeros(batch, H, views, x.shape[1])
    for b in range(batch):
        exist = [t for t in range(x.shape[1]) if valid is None or valid[b, t]]
        for v in range(views):
            frames = x[b, exist]
            if gain is not None:
                frames = frames * gain[b, v, exist][:, None]
            query, keys = wq @ p[b, v], frames @ wk.T
            hidden = None
            if key_mask is not None:
                mask = key_mask[b, min(v, key_mask.shape[1] - 1)]
                hidden = [not mask[t] for t in exist]
            for h in range(H):
                part = slice(h * D, (h + 1) * D)
                out[b, h, v,
                    exist] = oracles.attention_row(query[part], keys[:, part],
                                                   hidden)
    return out


@pytest.mark.parametrize('option', [
    'none', 'key_of_views', 'key_shared', 'nothing_to_see', 'padding',
    'padding_and_key', 'gain'
])
@pytest.mark.parametrize('num_frames,views', [(1, 1), (6, 2), (11, 3)])
def test_attention_equals_projected_frames(num_frames, views, option):
    wq, wk, _ = weights(num_frames)
    x = torch.randn(4, num_frames, C, dtype=torch.float64)
    p = torch.randn(4, views, C, dtype=torch.float64)
    key = valid = gain = None
    if option == 'key_of_views':
        key = masks(4, views, num_frames)
    elif option in ('key_shared', 'padding_and_key'):
        key = masks(4, 1, num_frames)
    elif option == 'nothing_to_see':
        key = masks(4, 1, num_frames)
        key[1:3] = False
    if option.startswith('padding'):
        lengths = torch.tensor([num_frames, 1, (num_frames + 1) // 2, 1])
        valid = torch.arange(num_frames) < lengths[:, None]
    if option == 'gain':
        gain = torch.rand(4, views, num_frames, dtype=torch.float64)
    got = F.attention_weights(p, x, wq, wk, H, key, valid, gain)
    expected = attention_by_rows(p, x, wq, wk, key, valid, gain)
    assert_close(got, expected, 1e-12)
    if option == 'nothing_to_see':
        assert_close(got[1], torch.full_like(got[1], 1 / num_frames), 1e-12)


@pytest.mark.parametrize('dtype', [torch.float16, torch.bfloat16])
def test_hidden_keys_in_half_precision(dtype):
    wq, wk, _ = (w.to(dtype) for w in weights())
    x, p = torch.randn(2, 6, C).to(dtype), torch.randn(2, 2, C).to(dtype)
    key = torch.ones(2, 1, 6, dtype=torch.bool)
    key[0] = False
    key[1, 0, :4] = False
    attention = F.attention_weights(p, x, wq, wk, H, key).float()
    assert_close(attention[0], torch.full((H, 2, 6), 1 / 6), 1e-2)
    assert (attention[1, ..., :4] == 0).all()
    assert_close(attention[1].sum(-1), torch.ones(H, 2), 1e-2)


def test_attention_ignores_an_offset_of_all_frames():
    wq, wk, _ = weights()
    x = torch.randn(3, 7, C, dtype=torch.float64)
    p = torch.randn(3, 2, C, dtype=torch.float64)
    offset = torch.randn(3, 1, C, dtype=torch.float64)
    before = F.attention_weights(p, x, wq, wk, H)
    assert_close(F.attention_weights(p, x + offset, wq, wk, H), before, 1e-10)
    assert_close(before.sum(-1), torch.ones(3, H, 2), 1e-12)
    order = torch.randperm(7)
    assert_close(
        F.attention_weights(p, x[:, order], wq, wk, H), before[..., order],
        1e-12)


def test_attention_gradcheck():
    wq, wk, _ = (w.requires_grad_() for w in weights())
    x = torch.randn(2, 4, C, dtype=torch.float64, requires_grad=True)
    p = torch.randn(2, 2, C, dtype=torch.float64, requires_grad=True)
    key = torch.tensor([[[True, False, True, True]], [[False] * 4]])
    assert gradcheck(
        lambda p, x, wq, wk: F.attention_weights(p, x, wq, wk, H, key),
        (p, x, wq, wk))
    gain = torch.rand(2, 2, 4, dtype=torch.float64)
    assert gradcheck(
        lambda p, x: F.attention_weights(p, x, wq, wk, H, frame_gain=gain),
        (p, x))


@pytest.mark.parametrize('num_frames,views', [(1, 1), (6, 2), (11, 3)])
def test_attend_equals_projected_values(num_frames, views):
    _, _, wv = weights()
    x = torch.randn(3, num_frames, C, dtype=torch.float64)
    attention = torch.rand(3, H, views, num_frames, dtype=torch.float64)
    out = F.attend(attention, x, wv)
    values = x @ wv.T
    for b in range(3):
        for v in range(views):
            expected = torch.cat([
                sum(attention[b, h, v, t] * values[b, t, h * D:(h + 1) * D]
                    for t in range(num_frames)) for h in range(H)
            ])
            assert_close(out[b, v], expected, 1e-12)


def test_attend_to_one_frame_is_its_value():
    _, _, wv = weights()
    x = torch.randn(2, 5, C, dtype=torch.float64)
    one = torch.zeros(2, H, 1, 5, dtype=torch.float64)
    one[..., 3] = 1
    assert_close(F.attend(one, x, wv)[:, 0], x[:, 3] @ wv.T, 1e-12)


def test_attend_is_linear_in_attention():
    _, _, wv = weights()
    x = torch.randn(2, 5, C, dtype=torch.float64)
    a, b = torch.rand(2, 2, H, 2, 5, dtype=torch.float64)
    assert_close(
        F.attend(2 * a - b, x, wv),
        2 * F.attend(a, x, wv) - F.attend(b, x, wv), 1e-12)


def test_attend_gradcheck():
    _, _, wv = weights()
    x = torch.randn(2, 3, C, dtype=torch.float64, requires_grad=True)
    a = torch.rand(2, H, 2, 3, dtype=torch.float64, requires_grad=True)
    assert gradcheck(F.attend, (a, x, wv.requires_grad_()))


def test_functions_chain_to_the_layer():
    torch.manual_seed(3)
    linear = lambda i, o: SimpleNamespace(  # noqa: E731
        weight=torch.randn(o, i, dtype=torch.float64))
    neck = SimpleNamespace(
        num_heads=H,
        query=linear(C, H * D),
        key=linear(C, H * D),
        value=linear(C, H * D),
        proj=linear(H * D, C),
        norm=SimpleNamespace(weight=torch.ones(C), bias=torch.zeros(C)))
    x = torch.randn(3, 9, C, dtype=torch.float64)
    query, key = masks(3, 2, 9), masks(3, 1, 9)
    p = F.prototypes(x, query)
    a = F.attention_weights(p, x, neck.query.weight, neck.key.weight, H, key)
    out = F.attend(a, x, neck.value.weight) @ neck.proj.weight.T + p
    out = torch.nn.functional.layer_norm(out, (C, ), eps=1e-6)
    expected, rows = oracles.psa_official(x, neck, query, key)
    assert_close(out, expected, 1e-10)
    assert_close(a, rows, 1e-10)
