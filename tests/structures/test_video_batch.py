import numpy as np
import pytest

from projects_move.structures import VideoBatch


def batch():
    return VideoBatch(
        dict(name=['a', 'b', 'c'], imgs=np.arange(6).reshape(3, 2)))


def test_rows():
    assert len(batch()) == 3 and batch()[1]['name'] == 'b'
    assert batch()[-1]['imgs'].tolist() == [4, 5]
    assert [row['name'] for row in batch()] == ['a', 'b', 'c']
    with pytest.raises(IndexError, match='video 3 of 3'):
        batch()[3]
    for part in (slice(2), slice(-1, None), slice(None, None, -2), slice(9)):
        assert [row['name'] for row in batch()[part]] == ['a', 'b', 'c'][part]
    rows = [dict(a=1, b=2), dict(a=3)]
    assert list(VideoBatch.of_rows(rows)) == rows
    assert len(VideoBatch.of_rows([])) == 0


def test_map_keeps_what_is_not_changed():
    given, seen = batch(), []
    made = given.map(lambda row: seen.append(row['name']) or row)
    assert seen == ['a', 'b', 'c']
    assert made.columns['imgs'] is given.columns['imgs']


def test_map_changes_and_rejects():

    def change(row):
        if row['name'] == 'b':
            return dict(row, imgs=row['imgs'] + 1, note='b')
        row.pop('name')
        return row

    made = batch().map(change)
    assert [row['imgs'].tolist() for row in made] == [[0, 1], [3, 4], [4, 5]]
    assert made[1]['note'] == made[1]['name'] == 'b'
    assert set(made[0]) == {'imgs'}
    assert set(batch().map(lambda row: {}).columns) == set()
    made = batch().map(lambda row: None if row['name'] == 'b' else dict(
        row, name=row['name'] * 2))
    assert [row['name'] for row in made] == ['aa', 'cc']
    assert made.columns['imgs'].tolist() == [[0, 1], [4, 5]]
