from collections import Counter

import numpy as np
import pytest
import torch
from mmaction.registry import TRANSFORMS

from tests import oracles
from tests.pickling import pickle_roundtrip
from tests.tiny import sample

COUNTS = torch.tensor([90, 3, 17, 40, 3])
T = 12


def build(counts=COUNTS, **kwargs):
    transform = TRANSFORMS.build(dict(type='DynamicFrameSampler', **kwargs))
    if counts is not None:
        transform.set_class_counts(counts)
    return transform


def packed(label, num_frames=T, **kwargs):
    if isinstance(label, list):
        kwargs.setdefault('num_classes', 5)
    return dict(
        inputs=torch.zeros(num_frames, 2),
        data_samples=sample(label, video_id='v_7', **kwargs))


def draw(transform, label, times, key='frame_mask', num_frames=T):
    """Masks of many draws, (times, V, T)."""
    return torch.stack([
        transform(packed(label, num_frames))['data_samples'].get(key)
        for _ in range(times)
    ])


@pytest.mark.parametrize('formulation', ['official', 'paper'])
@pytest.mark.parametrize('num_views', [1, 2, 3])
@pytest.mark.parametrize('num_frames', [1, 2, T, 31])
def test_masks_of_the_right_shape(num_frames, num_views, formulation):
    transform = build(num_views=num_views, formulation=formulation)
    for label in (0, 1, [1, 3]):
        out = transform(packed(label, num_frames))['data_samples']
        assert out.frame_mask.shape == (num_views, num_frames)
        assert out.frame_mask.dtype == torch.bool
        assert out.frame_mask.any(1).all()
        if formulation == 'paper':
            assert 'query_mask' not in out and 'key_mask' not in out
        else:
            assert out.query_mask.shape == (num_views, num_frames)
            assert out.query_mask.any(1).all()
            assert out.key_mask.shape == (1, num_frames)


@pytest.mark.parametrize('formulation', ['official', 'paper'])
def test_head_keeps_all_frames(formulation):
    for counts in (COUNTS, COUNTS.numpy()):  # tau is 1
        assert draw(build(counts, formulation=formulation), 0, 50).all()


def test_official_hides_every_key_of_the_head():
    # a draw of all T frames hides all T from attention
    assert not draw(build(), 0, 50, 'key_mask').any()


@pytest.mark.parametrize('label', [1, 2, 3, [2, 3], [0, 1]])
@pytest.mark.parametrize('formulation', ['official', 'paper'])
def test_sizes_are_uniform_with_both_ends(formulation, label):
    np.random.seed(0)
    labels = label if isinstance(label, list) else [label]
    least = oracles.min_frames(oracles.tau(COUNTS), labels, T, 3)
    masks = draw(build(formulation=formulation), label, 800)
    sizes = Counter(masks.sum(-1).flatten().tolist())
    assert set(sizes) == set(range(least, T + 1))
    expected = 1600 / (T + 1 - least)
    for size, count in sizes.items():
        assert abs(count - expected) < 5 * expected**.5, size


def test_official_key_sizes_are_those_of_the_hidden():
    np.random.seed(0)
    kept = draw(build(), 1, 800, 'key_mask').sum(-1).flatten()
    assert set(kept.tolist()) == set(range(0, T - 3 + 1))


def test_min_frames_is_sigma():
    for sigma in (1, 5, T, T + 5):
        np.random.seed(0)
        sizes = draw(build(min_frames=sigma), 1, 300).sum(-1)
        assert sizes.min() == min(sigma, T) and sizes.max() == T


def test_every_frame_is_as_likely():
    """Whatever the size."""
    np.random.seed(0)
    masks = draw(build(), 1, 3000).flatten(0, 1).float()
    sizes = masks.sum(-1)
    for size in range(3, T + 1):
        share = masks[sizes == size].mean(0)
        assert (share - size / T).abs().max() < .1, size


def correlation(a, b):
    a, b = a.double().flatten(), b.double().flatten()
    return float(torch.corrcoef(torch.stack([a, b]))[0, 1])


def test_draws_are_independent():
    np.random.seed(0)
    transform = build()
    rows = []
    for _ in range(1500):
        out = transform(packed(1))['data_samples']
        rows.append(torch.cat([out.frame_mask, out.query_mask, ~out.key_mask]))
    rows = torch.stack(rows)  # (times, 2 V + 1, T)
    for i in range(5):
        for j in range(i):
            # both which frames and how many
            assert abs(correlation(rows[:, i], rows[:, j])) < .05, (i, j)
            sizes = rows.sum(-1)
            assert abs(correlation(sizes[:, i], sizes[:, j])) < .1, (i, j)


def test_multi_hot_and_index_labels_agree():
    indices = packed(0)
    indices['data_samples'].set_gt_label(torch.tensor([1, 3]))
    np.random.seed(3)
    one = build()(indices)['data_samples'].frame_mask
    np.random.seed(3)
    other = build()(packed([1, 3]))['data_samples'].frame_mask
    assert torch.equal(one, other)


def test_seed_fixes_the_draws():
    masks = []
    for seed in (5, 5, 6):
        np.random.seed(seed)
        masks.append(draw(build(), 1, 5))
    assert torch.equal(masks[0], masks[1])
    assert not torch.equal(masks[0], masks[2])
    assert len(draw(build(), 1, 20).flatten(1).unique(dim=0)) > 15


def test_counts_travel_to_a_worker():
    transform = pickle_roundtrip(build())
    np.random.seed(1)
    ours = draw(transform, 1, 3)
    np.random.seed(1)
    assert torch.equal(ours, draw(build(), 1, 3))


def test_error_texts():
    with pytest.raises(RuntimeError, match='video v_7.*ClassCountsHook'):
        build(counts=None)(packed(1))
    for label, kwargs, text in ((5, {}, '.*5 classes, got .5'),
                                (-1, {}, '.*5 classes, got .-1'),
                                ([5], dict(num_classes=6),
                                 r'.*got \[5\]'), ([], {}, r'.*got \[\]')):
        with pytest.raises(ValueError, match=f'v_7: {text}'):
            build()(packed(label, **kwargs))
    for kwargs, text in ((dict(num_views=0), 'at least 1, got 0 and 3'),
                         (dict(min_frames=0), 'at least 1, got 2 and 0'),
                         (dict(formulation='both'), "got 'both'")):
        with pytest.raises(ValueError, match=text):
            build(**kwargs)
