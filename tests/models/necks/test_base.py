import pytest
import torch

from projects_move.models import FrameMasks, PSANeck, stack_frame_masks
from tests.golden import assert_close
from tests.tiny import sample, view_masks


def neck(**kwargs):
    torch.manual_seed(0)
    return PSANeck(5, 2, 3, dropout_ratio=0., **kwargs).eval()


def test_no_masks_anywhere():
    x = torch.randn(3, 7, 5)
    for data_samples in (None, [], [sample(1) for _ in range(3)]):
        assert stack_frame_masks(data_samples, x) == FrameMasks()


def test_masks_are_stacked_row_by_row():
    fields = [
        dict(
            frame_mask=view_masks(2, 7, seed),
            query_mask=view_masks(2, 7, seed + 9),
            key_mask=view_masks(1, 7, seed + 20)) for seed in range(3)
    ]
    samples = [sample(1, **row) for row in fields]
    valid = torch.ones(3, 7, dtype=torch.bool)
    masks = stack_frame_masks(samples, torch.randn(3, 7, 5), valid)
    for b, row in enumerate(fields):
        assert torch.equal(masks.views[b], row['frame_mask'])
        assert torch.equal(masks.query[b], row['query_mask'])
        assert torch.equal(masks.key[b], row['key_mask'])
    assert masks.valid is valid


def test_masks_of_short_videos_are_padded_with_false():
    samples = [
        sample(1, frame_mask=torch.ones(2, n, dtype=torch.bool))
        for n in (4, 7, 1)
    ]
    masks = stack_frame_masks(samples, torch.randn(3, 7, 5))
    assert masks.views.sum(-1).tolist() == [[4, 4], [7, 7], [1, 1]]
    assert masks.views[0, 0].tolist() == [True] * 4 + [False] * 3


def test_masks_that_do_not_fit_the_batch():
    samples = [sample(1, frame_mask=view_masks(2, 7)), sample(1)]
    with pytest.raises(ValueError, match='some .* have a frame_mask'):
        stack_frame_masks(samples, torch.randn(2, 7, 5))
    with pytest.raises(ValueError, match='1 videos .* has 2 rows'):
        stack_frame_masks(samples[:1], torch.randn(2, 7, 5))


def test_mask_and_tuple_of_masks_mean_the_same():
    x = torch.randn(2, 7, 5)
    mask = torch.stack([view_masks(3, 7, s) for s in range(2)])
    assert FrameMasks.of(mask, x) == FrameMasks(mask)
    assert FrameMasks.of(None, x).num_views == 1
    assert FrameMasks.of(mask, x).num_views == 3


def test_padding_is_in_no_view():
    x, valid = torch.randn(2, 4, 5), torch.ones(2, 4, dtype=torch.bool)
    valid[1, 2:] = False
    mask = torch.ones(2, 3, 4, dtype=torch.bool)
    masks = FrameMasks.of(FrameMasks(mask, valid=valid), x)
    assert masks.views.sum(-1).tolist() == [[4] * 3, [2] * 3]
    assert masks.query is None and masks.key is None
    assert mask.all()  # the caller's own is left alone


def test_maps_are_pooled_over_space():
    module = neck()
    maps = torch.randn(3, 5, 7, 2, 4)
    frames = maps.mean((3, 4)).transpose(1, 2)
    samples = [sample(1, frame_mask=view_masks(2, 7, s)) for s in range(3)]
    mask = torch.stack([s.frame_mask for s in samples])
    expected = module(frames, mask)  # (B, V, D)
    for x, axis in ((maps, 2), ([maps], 3), ((maps * 0, maps), 3)):
        z, losses = module(x, data_samples=samples)
        assert z.ndim == 5 and losses == {} and z.shape[axis] == 2
        assert_close(z.flatten(2).transpose(1, 2), expected, 1e-6)
    whole, _ = module(maps)
    assert_close(whole.flatten(1), module(frames)[:, 0], 1e-6)


def test_other_inputs():
    with pytest.raises(ValueError, match=r'\(B, C, T, H, W\), got \(3, 5\)'):
        neck()(torch.randn(3, 5))
    with pytest.raises(ValueError, match=r'got \(3, 5, 7, 2\)'):
        neck()([torch.randn(3, 5, 7, 2)])
