import pytest
import torch

from projects_move.apis.extraction.row_batches import Part, fill_batches


def parts_of(*sizes):
    """Parts of distinct rows, owned by their positions."""
    rows = torch.arange(float(sum(sizes))).unsqueeze(1)
    return [Part(i, part) for i, part in enumerate(rows.split(sizes))]


@pytest.mark.parametrize('batch_size', range(1, 12))
def test_all_rows_in_order(batch_size):
    batches = list(fill_batches(parts_of(3, 1, 5, 2), batch_size))
    sizes = [sum(len(part.images) for part in batch) for batch in batches]
    assert set(sizes[:-1]) <= {batch_size} and sum(sizes) == 11
    parts = [part for batch in batches for part in batch]
    rows = torch.cat([part.images for part in parts]).flatten()
    assert rows.tolist() == list(range(11))
    for owner, size in enumerate((3, 1, 5, 2)):
        own = [part for part in parts if part.owner == owner]
        assert sum(len(part.images) for part in own) == size
        assert [part.is_last
                for part in own] == [False] * (len(own) - 1) + [True]


def test_other_shapes_have_a_batch_of_their_own():
    small, large = torch.zeros(2, 3), torch.ones(3, 4)
    parts = [Part('a', small), Part('b', large), Part('c', large.double())]
    batches = list(fill_batches(parts, 4))
    assert [[part.owner for part in batch] for batch in batches] == [['a'],
                                                                     ['b'],
                                                                     ['c']]
    assert list(fill_batches([], 4)) == []


def test_batches_do_not_wait_for_later_parts():
    asked = []

    def parts():
        for part in parts_of(4, 4):
            asked.append(part.owner)
            yield part

    next(fill_batches(parts(), 4))
    assert asked == [0]
