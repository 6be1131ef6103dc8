"""Contract of a neck: shapes, gradients, rows, formulations."""
import pytest
import torch

from tests.contracts.components import C, build, finite, of_kind
from tests.tiny import view_masks


@of_kind('Neck')
def test_neck(cls, tmp_path):
    if build(cls, tmp_path).keeps_frames:
        return check_neck_of_frames(cls, tmp_path)
    for formulation in ('official', 'paper'):
        neck = build(cls, tmp_path, formulation=formulation)
        for num_frames in (1, 2, 13, 61):
            x = torch.randn(3, num_frames, C, requires_grad=True)
            assert neck(x).shape == (3, 1, neck.out_channels)
            for num_views in (1, 2, 3):
                mask = torch.stack(
                    [view_masks(num_views, num_frames, i) for i in range(3)])
                neck.zero_grad()
                z = neck(x, mask)
                assert z.shape == (3, num_views, neck.out_channels)
                z.square().sum().backward()
                grads = [
                    p.grad for p in neck.parameters() if p.grad is not None
                ]
                assert grads and finite(z, *grads)
        # rows are videos: each depends on its own frames only
        neck.eval()
        x, order = torch.randn(3, 8, C), torch.tensor([2, 0, 1])
        mask = torch.stack([view_masks(2, 8, i) for i in range(3)])
        z = neck(x, mask)
        assert torch.allclose(neck(x[order], mask[order]), z[order], atol=1e-5)
        assert not torch.allclose(z[0], z[1])
        # so are its stock layouts
        maps = torch.randn(3, C, 8, 2, 3)
        for given in (maps, (maps, )):
            z, losses = neck(given)
            assert z.flatten(1).shape == (3, neck.out_channels)
            assert losses == {}
        with pytest.raises(ValueError, match=str(C)):
            neck(torch.randn(3, 8, C + 1))


def check_neck_of_frames(cls, folder):
    neck = build(cls, folder)
    for num_frames in (1, 2, 13):
        x = torch.randn(3, num_frames, C, requires_grad=True)
        z = neck(x)
        assert z.shape == (3, num_frames, neck.out_channels)
        z.square().sum().backward()
        assert finite(z, x.grad, *(p.grad for p in neck.parameters()))
    neck.eval()
    x, order = torch.randn(3, 8, C), torch.tensor([2, 0, 1])
    z = neck(x)
    assert torch.allclose(neck(x[order]), z[order], atol=1e-5)
    assert not torch.allclose(z[0], z[1])
    with pytest.raises(ValueError, match='without DynamicFrameSampler'):
        neck(x, torch.stack([view_masks(2, 8, i) for i in range(3)]))
    with pytest.raises(ValueError, match=str(C)):
        neck(torch.randn(3, 8, C + 1))
