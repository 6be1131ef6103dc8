import pytest
import torch

from projects_move.functional import (aggregate_residuals, fused_netvlad,
                                      gated_vlad, normalize_clusters)


def textbook(frames, assignment, gate, mask):
    return normalize_clusters(
        aggregate_residuals(frames, assignment, mask) * gate)


def inputs(batch=5, views=3, num_frames=7, channels=6, clusters=4):
    random = torch.Generator().manual_seed(1)

    def draw(*shape):
        return torch.randn(*shape, generator=random, dtype=torch.float64)

    frames = draw(batch, num_frames, channels)
    assignment = draw(batch, num_frames, clusters).softmax(-1)
    assignment[1, :, 2] = 0  # an empty cluster
    mask = torch.rand(batch, views, num_frames, generator=random) < .5
    mask[0, 0], mask[0, 1], mask[2] = True, False, False
    mask[0, 1, 3] = True  # all frames, one frame and, in video 2, none
    gate = draw(channels, clusters).sigmoid()
    return [frames, assignment, gate], mask


def both(tensors, mask):
    """Output and gradients: ours, then those of the textbook form."""
    outcomes, weight = [], None
    for form in (gated_vlad, textbook):
        leaves = [t.clone().requires_grad_() for t in tensors]
        out = form(*leaves, mask)
        weight = torch.randn_like(out) if weight is None else weight
        out.backward(weight)
        outcomes.append([out, *(t.grad for t in leaves)])
    return outcomes


@pytest.mark.parametrize('cached', [1, 200, 2**17])
@pytest.mark.parametrize('masked', [True, False])
def test_equals_the_textbook(monkeypatch, cached, masked):
    """Chunks of one video, of two videos, and of all."""
    monkeypatch.setattr(fused_netvlad, 'CHUNK_ELEMENTS', cached)
    tensors, mask = inputs()
    ours, theirs = both(tensors, mask if masked else None)
    for i, (a, b) in enumerate(zip(ours, theirs)):
        torch.testing.assert_close(a, b, rtol=0, atol=1e-10 if i else 1e-12)


def test_frames_without_gradient():
    tensors, mask = inputs()
    frames, assignment, gate = tensors
    gated_vlad(frames, assignment, gate.requires_grad_(),
               mask).sum().backward()
    assert frames.grad is None and gate.grad.abs().sum() > 0


def test_a_cluster_that_is_nearly_empty():
    """Its norm is below the smallest divisor of the normalisation."""
    tensors, mask = inputs()
    tensors[1][3, :, 1] = 1e-14
    ours, theirs = both(tensors, mask)
    for a, b in zip(ours[1:], theirs[1:]):  # gradients as steep as 1e12
        atol = 1e-9 * float(b.abs().max())
        torch.testing.assert_close(a, b, rtol=1e-9, atol=atol)


def test_gradcheck():
    tensors, mask = inputs(batch=3, views=2, num_frames=4, channels=3)
    tensors = [t.requires_grad_() for t in tensors]
    mask[:] = True
    tensors[1].data[1, :, 2] = .3
    assert torch.autograd.gradcheck(lambda *t: gated_vlad(*t, mask), tensors)


def test_autocast():
    """The sums are in bfloat16, the norms in float32."""
    tensors, mask = inputs(channels=40)
    tensors = [t.float().requires_grad_() for t in tensors]
    with torch.autocast('cpu', dtype=torch.bfloat16):
        out = gated_vlad(*tensors, mask)
    assert out.dtype == torch.bfloat16
    torch.testing.assert_close(
        out.float(), textbook(*tensors, mask), rtol=0, atol=1e-2)
    out.float().square().sum().backward()
    assert all(t.grad.dtype == torch.float32 for t in tensors)


def test_traced_is_the_plain_form():
    tensors, mask = inputs()
    traced = torch.jit.trace(gated_vlad, (*tensors, mask), check_trace=False)
    torch.testing.assert_close(
        traced(*tensors, mask), textbook(*tensors, mask))
