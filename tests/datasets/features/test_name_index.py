import numpy as np
import pytest

from projects_move.datasets.features import name_index
from projects_move.datasets.features.name_index import NameIndex, Words


def make_names(count, seed):
    """Names of 1 to 40 bytes, some of them the start of another."""
    rng = np.random.default_rng(seed)
    return [
        rng.integers(97, 100, rng.integers(1, 41), np.uint8).tobytes()
        for _ in range(count)
    ]


@pytest.fixture(params=['hash', 'few hashes', 'small chunks'])
def kind(request, monkeypatch):
    hashes = Words.hashes
    if request.param == 'few hashes':
        monkeypatch.setattr(Words, 'hashes',
                            lambda self: hashes(self) % np.uint64(5))
        hash_name = name_index.hash_name
        monkeypatch.setattr(name_index, 'hash_name',
                            lambda name: hash_name(name) % 5)
    elif request.param == 'small chunks':
        monkeypatch.setattr(name_index, 'CHUNK', 7)


@pytest.mark.usefixtures('kind')
@pytest.mark.parametrize('parts', [1, 4])
def test_finds_as_a_dict(parts):
    names, known, index = make_names(300, seed=0), {}, NameIndex()
    for part in np.array_split(np.array(names, object), parts):
        start, expected = index.num_rows, []
        for row, name in enumerate(part, start):
            known.setdefault(name, row)
            if known[name] != row:
                expected.append((known[name], row))
        index, pairs = index.extended([
            np.array(part[:50].tolist()),
            np.array(part[50:].tolist(), 'S99')
        ])
        assert sorted(pairs) == sorted(expected)
    assert index.num_rows == 300 and len(index) == len(known) < 300
    assert list(index.names()) == sorted(known)
    asked = names + make_names(100, seed=1) + [b'', b'x' * 90]
    expected = [known.get(name, -1) for name in asked]
    for form in asked, np.array(asked), np.array(asked, 'S100'):
        assert index.find(form).tolist() == expected
        for i in range(0, 400, 5):  # few names are found one by one
            assert index.find(form[i:i + 5]).tolist() == expected[i:i + 5]
    assert [index.name(row) for row in range(300)] == names


@pytest.mark.usefixtures('kind')
def test_preferred_rows():
    first, _ = NameIndex().extended([np.array([b'a', b'bb', b'c', b'd'])])
    index, pairs = first.extended([np.array([b'bb', b'c', b'e'])])
    assert pairs == [(1, 4), (2, 5)]
    index.prefer(4)
    index.prefer(5)
    assert index.find([b'a', b'bb', b'c', b'd', b'e']).tolist() == \
        [0, 4, 5, 3, 6]
    # the index before does not change
    assert first.find([b'a', b'bb', b'c', b'd', b'e']).tolist() == \
        [0, 1, 2, 3, -1]


def test_empty():
    index, pairs = NameIndex().extended([])
    assert len(index) == 0 and not pairs and not list(index.names())
    assert index.find([]).tolist() == []
    assert index.find([b'a', b'']).tolist() == [-1, -1]


def test_a_long_name_does_not_widen_the_others():
    names = np.array([b'%039d' % i for i in range(5000)] + [b'x' * 3000])
    index, _ = NameIndex().extended([names])
    assert index._words.nbytes < 5000 * 40 + 3000 + 8
    assert index.find([b'x' * 3000, b'%039d' % 7]).tolist() == [5000, 7]
