"""Properties of the aggregating necks in both formulations."""
import pytest
import torch
from mmaction.registry import MODELS

from projects_move.models import FrameMasks
from tests.golden import assert_close
from tests.tiny import batch_masks, padding

C = 6
NECKS = dict(
    PSANeck=dict(num_heads=3, head_channels=4, dropout_ratio=0.),
    NetVLADNeck=dict(num_clusters=3, out_channels=4, detach_frames=False))
pytestmark = [
    pytest.mark.parametrize('formulation', ['official', 'paper']),
    pytest.mark.parametrize('name', NECKS)
]


def build(name, formulation):
    torch.manual_seed(0)
    neck = MODELS.build(
        dict(NECKS[name], type=name, in_channels=C,
             formulation=formulation)).double()
    with torch.no_grad():
        for key, value in neck.named_parameters():
            if 'norm' in key:
                value.uniform_(.5, 1.5)
            elif name == 'NetVLADNeck':
                value.normal_()
        for key, value in neck.named_buffers():
            if 'running' in key:
                value.uniform_(.5, 2)
    return neck


def frames(batch, num_frames):
    return torch.randn(batch, num_frames, C, dtype=torch.float64) * 2 + 1


def test_view_of_all_frames_is_the_plain_layer(name, formulation):
    neck, x = build(name, formulation).eval(), frames(3, 8)
    everything = torch.ones(3, 2, 8, dtype=torch.bool)
    assert_close(neck(x, everything), neck(x).expand(-1, 2, -1), 1e-12)


def test_frame_order_does_not_matter(name, formulation):
    x, mask, order = frames(3, 9), batch_masks(3, 2, 9), torch.randperm(9)
    one = build(name, formulation)(x, mask)
    other = build(name, formulation)(x[:, order], mask[..., order])
    assert_close(one, other, 1e-10)


def test_views_at_padding_do_not_count(name, formulation):
    x, valid, mask = frames(4, 9), padding(4, 9), batch_masks(4, 2, 9)
    one = build(name, formulation)(x, FrameMasks(mask, valid=valid))
    kept = FrameMasks(mask & valid[:, None], valid=valid)
    assert_close(one, build(name, formulation)(x, kept), 1e-12)


def test_padding_equals_each_video_alone(name, formulation):
    neck = build(name, formulation).eval()
    x, valid = frames(4, 9), padding(4, 9)
    mask = batch_masks(4, 2, 9, valid)
    together = neck(x, FrameMasks(mask, valid=valid))
    for b in range(4):
        kept = valid[b]
        alone = neck(x[b:b + 1, kept], mask[b:b + 1, :, kept])
        assert_close(together[b:b + 1], alone, 1e-10)


def test_gradcheck(name, formulation):
    neck = build(name, formulation).eval()
    masks = FrameMasks(batch_masks(2, 2, 4), key=batch_masks(2, 1, 4))
    x = frames(2, 4).requires_grad_()
    assert torch.autograd.gradcheck(lambda x: neck(x, masks), x)
