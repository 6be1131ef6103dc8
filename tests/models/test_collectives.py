"""Collectives with gradients, against the same rows in one process."""
import pytest
import torch

from projects_move.errors import InputError
from projects_move.models.collectives import (gather_rows, mean_over_ranks,
                                              share_of_ranks, sum_over_ranks)
from tests.processes import run_on_ranks

pytestmark = pytest.mark.filterwarnings('ignore:.*fork:DeprecationWarning')
ROWS = torch.arange(10.).view(5, 2).double()
SHARDS = ROWS[:3], ROWS[3:]


def check_on_rank(rank, folder):
    mine, other = SHARDS[rank], SHARDS[1 - rank]
    x = mine.clone().requires_grad_()
    total = sum_over_ranks(x.sum())
    assert total == ROWS.sum()
    (total * (rank + 1)).backward()  # losses 1 and 2 times the sum
    assert torch.equal(x.grad, torch.full_like(x, 3))

    x.grad = None
    rows, own = gather_rows(x)
    assert torch.equal(rows, ROWS) and torch.equal(rows[own], mine)
    factor = torch.arange(5.).double()[:, None] + rank
    (rows * factor).sum().backward()
    expected = 2 * torch.arange(5.)[own].double() + 1
    assert torch.equal(x.grad, expected[:, None].expand_as(x))

    share = share_of_ranks(len(mine), mine)
    assert share == 2 * len(mine) / 5
    loss = mean_over_ranks(dict(loss=mine.mean() * share, acc=other.sum()))
    assert loss['loss'] == pytest.approx(ROWS.mean().item(), abs=1e-12)
    assert loss['acc'] == ROWS.sum() / 2

    with pytest.raises(InputError, match=r'\[\[2\], \[3\]\].* number of fra'):
        gather_rows(torch.ones(1, 2 + rank))


def test_two_ranks(tmp_path):
    codes = run_on_ranks(check_on_rank, tmp_path)
    errors = [path.read_text() for path in tmp_path.glob('error*.txt')]
    assert codes == [0, 0], errors


def test_one_process_gets_its_input():
    values = dict(loss=torch.ones(()))
    assert sum_over_ranks(ROWS) is ROWS
    assert gather_rows(ROWS) == (ROWS, slice(None))
    assert share_of_ranks(3, ROWS) == 1
    assert mean_over_ranks(values) is values
