import pytest
import torch
from torch.autograd import gradcheck

import projects_move.functional as F
from tests import oracles
from tests.golden import assert_close
from tests.tiny import batch_masks, randn

H, D, C = 3, 4, 5


def weights():
    """Weights of queries, keys and values."""
    return randn(3, H * D, C)


def inputs(batch, num_frames, views):
    """Frames and prototypes."""
    return randn(batch, num_frames, C), randn(batch, views, C)


@pytest.mark.parametrize('num_frames,views', [(1, 1), (7, 2), (13, 3)])
def test_prototypes_equal_means(num_frames, views):
    x, mask = randn(4, num_frames, C), batch_masks(4, views, num_frames)
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
    x, mask, order = randn(4, 8, C), batch_masks(4, 2, 8), torch.randperm(8)
    moved = F.prototypes(x[:, order], mask[..., order])
    assert_close(moved, F.prototypes(x, mask), 1e-12)


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
    wq, wk, _ = weights()
    x, p = inputs(4, num_frames, views)
    key = valid = gain = None
    if option == 'key_of_views':
        key = batch_masks(4, views, num_frames)
    elif option in ('key_shared', 'padding_and_key', 'nothing_to_see'):
        key = batch_masks(4, 1, num_frames)
    if option == 'nothing_to_see':
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
    wq, wk, x, p = (a.to(dtype) for a in (*weights()[:2], *inputs(2, 6, 2)))
    key = torch.ones(2, 1, 6, dtype=torch.bool)
    key[0] = False
    key[1, 0, :4] = False
    attention = F.attention_weights(p, x, wq, wk, H, key).float()
    assert_close(attention[0], torch.full((H, 2, 6), 1 / 6), 1e-2)
    assert (attention[1, ..., :4] == 0).all()
    assert_close(attention[1].sum(-1), torch.ones(H, 2), 1e-2)


def test_attention_ignores_an_offset_of_all_frames():
    wq, wk, _ = weights()
    (x, p), order = inputs(3, 7, 2), torch.randperm(7)
    before = F.attention_weights(p, x, wq, wk, H)
    moved = F.attention_weights(p, x + randn(3, 1, C), wq, wk, H)
    assert_close(moved, before, 1e-10)
    assert_close(before.sum(-1), torch.ones(3, H, 2), 1e-12)
    moved = F.attention_weights(p, x[:, order], wq, wk, H)
    assert_close(moved, before[..., order], 1e-12)


@pytest.mark.parametrize('num_frames,views', [(1, 1), (6, 2), (11, 3)])
def test_attend_equals_projected_values(num_frames, views):
    x, wv = randn(3, num_frames, C), weights()[2]
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
    x, wv = randn(2, 5, C), weights()[2]
    one = torch.zeros(2, H, 1, 5, dtype=torch.float64)
    one[..., 3] = 1
    assert_close(F.attend(one, x, wv)[:, 0], x[:, 3] @ wv.T, 1e-12)


def test_attend_is_linear_in_attention():
    x, wv = randn(2, 5, C), weights()[2]
    a, b = randn(2, 2, H, 2, 5)
    assert_close(
        F.attend(2 * a - b, x, wv),
        2 * F.attend(a, x, wv) - F.attend(b, x, wv), 1e-12)


def test_gradcheck():
    wq, wk, wv = (w.requires_grad_() for w in weights())
    x, p = (a.requires_grad_() for a in inputs(2, 4, 2))
    assert gradcheck(F.prototypes, (x, batch_masks(2, 2, 4)))
    assert gradcheck(F.attend, (randn(2, H, 2, 4).requires_grad_(), x, wv))
    key = torch.tensor([[[True, False, True, True]], [[False] * 4]])
    assert gradcheck(lambda *a: F.attention_weights(*a, H, key),
                     (p, x, wq, wk))
    gain = torch.rand(2, 2, 4, dtype=torch.float64)
    assert gradcheck(
        lambda p, x: F.attention_weights(p, x, wq, wk, H, frame_gain=gain),
        (p, x))
