"""Batch norm over the rows of two ranks, against ``nn.BatchNorm1d``."""
import copy

import pytest
import torch
from torch import nn

from projects_move.models.necks.batch_norm import batch_norm
from tests.processes import run_on_ranks

pytestmark = pytest.mark.filterwarnings('ignore:.*fork:DeprecationWarning')


def norm_and_rows():
    generator = torch.Generator().manual_seed(0)
    norm = nn.BatchNorm1d(3).double()
    norm.weight.data = torch.tensor([.5, 1., 2.]).double()
    rows = torch.randn(7, 3, generator=generator).double() * 3 + 1
    return norm, rows, torch.randn(7, 3, generator=generator).double()


def check_on_rank(rank, folder, kind):
    norm, rows, grad = norm_and_rows()
    expected_norm, x = copy.deepcopy(norm), rows.clone().requires_grad_()
    expected = expected_norm(x)
    expected.backward(grad)

    own = slice(6) if rank == 0 else slice(6, 7)  # a single row
    if kind == 'torch':
        norm = nn.SyncBatchNorm.convert_sync_batchnorm(norm)
    norm.synchronized = kind == 'ours'
    y = rows[own].clone().requires_grad_()
    out = batch_norm(norm, y)
    out.backward(grad[own])
    close = torch.testing.assert_close
    if kind == 'own rows':
        assert not torch.allclose(out, expected[own])
        return
    close(out, expected[own], rtol=1e-12, atol=1e-12)
    close(y.grad, x.grad[own], rtol=1e-12, atol=1e-12)
    close(norm.running_mean, expected_norm.running_mean)
    close(norm.running_var, expected_norm.running_var)
    assert norm.num_batches_tracked == 1


@pytest.mark.parametrize('kind', ['ours', 'torch', 'own rows'])
def test_two_ranks(tmp_path, kind):
    codes = run_on_ranks(check_on_rank, tmp_path, kind)
    errors = [path.read_text() for path in tmp_path.glob('error*.txt')]
    assert codes == [0, 0], errors


def test_single_row_uses_the_running_statistics():
    norm, rows, _ = norm_and_rows()
    norm.running_mean += 2
    expected = copy.deepcopy(norm).eval()(rows[:1])
    assert torch.equal(batch_norm(norm, rows[:1]), expected)
    assert norm.num_batches_tracked == 0
