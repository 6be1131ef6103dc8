from functools import partial

import numpy as np
import pytest

from projects_move.datasets.lists.annotations import read_list
from tests.in_process import run_tool
from tools.data import make_long_tail

run = partial(run_tool, make_long_tail.main)


@pytest.fixture
def balanced(tmp_path):
    """40 videos in each of 4 classes; class 4 is a second label only."""
    rows = [f'clip {i} {i % 4}' + (',4' if i == 8 else '') for i in range(160)]
    (tmp_path / 'train.lst').write_text('\n'.join(rows) + '\n')
    return tmp_path / 'train.lst'


def cut(balanced, *args):
    out = balanced.with_name('out.lst')
    text, problem = run(balanced, '--out', out, '--force', *args)
    assert problem is None
    lines = out.read_text().splitlines()
    labels = [int(line.rsplit(' ', 1)[1].split(',')[0]) for line in lines]
    return np.bincount(labels, minlength=4).tolist(), lines, text


def test_profiles(balanced):
    assert cut(balanced, '--ratio', .125)[0] == [40, 20, 10, 5]
    assert cut(balanced, '--ratio', .125, '--profile',
               'step')[0] == [40, 40, 5, 5]
    assert cut(balanced, '--ratio', .25, '--profile',
               'pareto')[0] == [40, 20, 13, 10]
    assert cut(balanced, '--ratio', .01)[0] == [40, 8, 1, 1]
    assert cut(balanced, '--ratio', .01, '--minimum', 6)[0] == [40, 8, 6, 6]


def test_lines_and_their_order_are_kept(balanced):
    whole = balanced.read_text().splitlines()
    _, lines, text = cut(balanced, '--ratio', .1)
    positions = [whole.index(line) for line in lines]
    assert positions == sorted(positions)
    assert 'out.lst: 70 of 160 videos' in text
    assert 'tail:' in text


def test_lists_of_a_seed_are_nested(balanced):
    small = cut(balanced, '--ratio', .05, '--seed', 3)[1]
    large = cut(balanced, '--ratio', .2, '--seed', 3)[1]
    other = cut(balanced, '--ratio', .05, '--seed', 4)[1]
    assert set(small) < set(large) and set(small) != set(other)
    assert cut(balanced, '--ratio', .05, '--seed', 3)[1] == small


def test_csv(tmp_path):
    source = tmp_path / 'a.csv'
    source.write_text('video,label\n' + ''.join(f'v{i},{i % 2}\n'
                                                for i in range(20)))
    run(source, '--out', tmp_path / 'b.csv', '--ratio', .2)
    lines = (tmp_path / 'b.csv').read_text().splitlines()
    assert lines[0] == 'video,label' and len(lines) == 13


def test_csv_with_quoted_line_breaks(tmp_path):
    source = tmp_path / 'a.CSV'
    rows = [f'"note\n{i}, and\r\n",v{i},{i % 2}\n' for i in range(20)]
    with open(source, 'w', newline='') as file:
        file.write('\ufeff"a\nnote",video,label\n\n' + ''.join(rows))
    run(source, '--out', tmp_path / 'b.csv', '--ratio', .2)
    with open(tmp_path / 'b.csv', newline='') as file:
        assert file.read() == ''.join([
            '"a\nnote",video,label\n',
            *(row for i, row in enumerate(rows) if i % 2 == 0 or i < 4)
        ])
    assert read_list(tmp_path /
                     'b.csv').names[:5] == ['v0', 'v1', 'v2', 'v3', 'v4']


def test_errors(balanced):
    out = balanced.with_name('out.lst')
    assert 'in (0, 1], got 2.0' in run(balanced, '--out', out, '--ratio', 2)[1]
    assert not out.exists()
    out.write_text('precious')
    assert '--force overwrites it' in run(balanced, '--out', out, '--ratio',
                                          .5)[1]
    assert out.read_text() == 'precious'
    balanced.write_text('a 0\nb\n')
    assert 'line 2' in run(balanced, '--out', out, '--ratio', .5, '--force')[1]
