import pytest
import torch
from torch import nn
from torch.autograd import gradcheck

import projects_move.functional as F
from tests.golden import assert_close
from tests.tiny import randn


def frame_masks(batch, views, num_frames):
    mask = torch.rand(batch, views, num_frames) < .5
    mask[0, 0] = False
    mask[0, 0, 1 % num_frames] = True
    mask[-1, -1] = True
    return mask


@pytest.mark.parametrize('num_frames,views', [(3, 1), (7, 2), (10, 3)])
def test_statistics_equal_stacked_batch_norm(num_frames, views):
    logits = randn(4, num_frames, 5) * 3 + 1
    mask = frame_masks(4, views, num_frames)
    norm = nn.BatchNorm1d(5, momentum=1.).double()
    stacked = logits.unsqueeze(1) * mask.unsqueeze(-1)
    norm(stacked.flatten(0, 2))
    rows = mask.numel()
    mean, var = F.assignment_statistics(logits, mask.sum(1), rows)
    assert_close(mean, norm.running_mean, 1e-12)
    assert_close(var * rows / (rows - 1), norm.running_var, 1e-12)


def test_statistics_limits():
    logits = randn(3, 4, 2)
    mean, var = F.assignment_statistics(logits, torch.full((3, 4), 2), 24)
    assert_close(mean, logits.mean((0, 1)), 1e-12)
    assert_close(var, logits.flatten(0, 1).var(0, correction=0), 1e-12)
    mean, var = F.assignment_statistics(logits, torch.zeros(3, 4), 24)
    assert (mean == 0).all() and (var == 0).all()


def test_statistics_of_doubled_views_are_the_same():
    logits, kept = randn(3, 6, 4), torch.randint(0, 3, (3, 6))
    once = F.assignment_statistics(logits, kept, 36)
    twice = F.assignment_statistics(logits, 2 * kept, 72)
    for a, b in zip(once, twice):
        assert_close(a, b, 1e-12)


def residuals_by_loops(x, rho, mask, mu):
    out = x.new_zeros(*mask.shape[:2], x.shape[-1], rho.shape[-1])
    for b, v, t in mask.nonzero().tolist():
        for k in range(rho.shape[-1]):
            center = 0 if mu is None else mu[k]
            out[b, v, :, k] += rho[b, t, k] * (x[b, t] - center)
    return out


@pytest.mark.parametrize('with_centers', [False, True])
@pytest.mark.parametrize('num_frames,views', [(1, 1), (6, 2), (9, 3)])
def test_residuals_equal_equation(num_frames, views, with_centers):
    x, rho = randn(4, num_frames, 5), randn(4, num_frames, 3).softmax(-1)
    mask = frame_masks(4, views, num_frames)
    mu = randn(3, 5) if with_centers else None
    out = F.aggregate_residuals(x, rho, mask, mu)
    assert_close(out, residuals_by_loops(x, rho, mask, mu), 1e-12)


def test_residuals_limits():
    x, rho, mu = randn(3, 6, 4), randn(3, 6, 2).softmax(-1), randn(2, 4)
    everything = torch.ones(3, 1, 6, dtype=torch.bool)
    assert_close(
        F.aggregate_residuals(x, rho, centers=mu),
        F.aggregate_residuals(x, rho, everything, mu), 1e-12)
    nothing = F.aggregate_residuals(x, rho, ~everything, mu)
    assert (nothing == 0).all()
    at_center = mu[:1].expand(3, 6, 4)
    hard = torch.zeros(3, 6, 2, dtype=torch.float64)
    hard[..., 0] = 1
    left = F.aggregate_residuals(at_center, hard, centers=mu)
    assert left.abs().max() < 1e-14


def test_residuals_of_disjoint_views_add_up():
    x, rho, mu = randn(3, 8, 4), randn(3, 8, 2).softmax(-1), randn(2, 4)
    mask = frame_masks(3, 1, 8)
    views = torch.cat([mask, ~mask], dim=1)
    parts = F.aggregate_residuals(x, rho, views, mu)
    whole = F.aggregate_residuals(x, rho, centers=mu)
    assert_close(parts.sum(1, keepdim=True), whole, 1e-12)


@pytest.mark.parametrize('empty', [[], [1], [0, 3], [0, 1, 2, 3]])
def test_normalisation_equals_two_steps(empty):
    vlad = randn(3, 2, 6, 4)
    vlad[1, 0, :, empty] = 0
    per_cluster = nn.functional.normalize(vlad, dim=2)
    expected = nn.functional.normalize(per_cluster.flatten(2), dim=2)
    out = F.normalize_clusters(vlad)
    assert_close(out.flatten(2), expected, 1e-12)
    root = (4 - len(empty))**.5 or 1
    norms = torch.linalg.vector_norm(out[1, 0], dim=0)
    assert norms.tolist() == pytest.approx(
        [0 if k in empty else 1 / root for k in range(4)])


def test_normalisation_of_an_empty_view_has_finite_gradients():
    vlad = randn(2, 1, 5, 3)
    vlad[0] = 0
    vlad[1, :, :, 1] = 0
    vlad.requires_grad_()
    F.normalize_clusters(vlad).square().sum().backward()
    assert vlad.grad.isfinite().all()


def test_normalisation_ignores_the_scale_of_a_cluster():
    vlad, scale = randn(3, 2, 6, 4), torch.rand(3, 2, 1, 4) + .1
    assert_close(
        F.normalize_clusters(vlad * scale), F.normalize_clusters(vlad), 1e-12)


def test_gradcheck():
    kept = torch.tensor([[2, 0, 1], [1, 1, 0]])
    x, rho, mu, logits, vlad = (
        randn(*shape).requires_grad_()
        for shape in ((2, 3, 4), (2, 3, 2), (2, 4), (2, 3, 2), (2, 1, 4, 3)))
    assert gradcheck(lambda a: F.assignment_statistics(a, kept, 12), logits)
    mask = frame_masks(2, 2, 3)
    assert gradcheck(lambda x, r, m: F.aggregate_residuals(x, r, mask, m),
                     (x, rho, mu))
    assert gradcheck(F.normalize_clusters, vlad)
