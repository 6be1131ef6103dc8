from functools import partial

import numpy as np
import pytest

from projects_move.datasets.lists.annotations import read_list
from tests.in_process import run_tool
from tools.data import make_long_tail

run = partial(run_tool, make_long_tail.main)


def write_balanced(folder):
    """40 videos in each of 4 classes; class 4 is a second label only."""
    rows = [f'clip {i} {i % 4}' + (',4' if i == 8 else '') for i in range(160)]
    (folder / 'train.lst').write_text('\n'.join(rows) + '\n')
    return folder / 'train.lst'


@pytest.fixture
def balanced(tmp_path):
    return write_balanced(tmp_path)


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


@pytest.mark.parametrize('name, labels', [('zero_based', [0, 1, 2]),
                                          ('one_based', [1, 2, 3]),
                                          ('gaps', [3, 17, 250])])
@pytest.mark.parametrize('profile, sizes', [('exponential', [100, 10, 1]),
                                            ('step', [100, 100, 1]),
                                            ('pareto', [100, 5, 1])])
def test_classes_without_videos_take_no_place(shared, tmp_path, name, labels,
                                              profile, sizes):
    source = shared / 'cases' / 'long_tail_gaps' / f'{name}.lst'
    text, problem = run(source, '--out', tmp_path / 'out.lst', '--ratio', .01,
                        '--profile', profile)
    assert problem is None
    kept = [
        int(line.split()[1])
        for line in (tmp_path / 'out.lst').read_text().splitlines()
    ]
    assert [kept.count(label) for label in labels] == sizes
    assert len(kept) == sum(sizes)
    assert ('left out of the curve' in text) == (name != 'zero_based')
    if name == 'gaps':
        assert '248 classes (0, 1, 2, 4, 5, 6, 7, 8, 9, 10, ...)' in text


@pytest.mark.parametrize('file, header, row, classes', [
    ('a.lst', '', 'clip {i}.mp4 {label},7', None),
    ('a.txt', '', 'v{i}.mp4 {label} 7', None),
    ('a.txt', 'path label\n', 'v{i} {label}', None),
    ('a.csv', '', 'v{i}.mp4 {label}', None),
    ('a.csv', '', 'v{i},"name, {label}"', None),
    ('a.csv', 'id;file;action\n', '{i};v {i};long jump {label}', None),
    ('a.tsv', '', 'v{i}\tname {label}', None),
    ('a.csv', 'label,youtube_id,time_start,time_end\n',
     'c{label},v{i},1.0,2.0', None),
    ('a.lst', '', 'clip {i}.mp4 {name}', ['one', 'two', 'three']),
])
def test_every_format_of_lines(tmp_path, file, header, row, classes):
    rows = [
        row.format(i=i, label=i % 2, name=['two', 'three'][i % 2])
        for i in range(20)
    ]
    (tmp_path / file).write_bytes(
        (header + '\n'.join(rows)).replace('\n', '\r\n').encode())
    args = ()
    if classes:
        (tmp_path / 'classes.txt').write_text('\n'.join(classes))
        args = ('--classes', tmp_path / 'classes.txt')
    _, problem = run(tmp_path / file, '--out', tmp_path / f'new_{file}',
                     '--ratio', .2, *args)
    assert problem is None
    kept = [r for i, r in enumerate(rows) if i % 2 == 0 or i < 4]
    text = (tmp_path / f'new_{file}').read_bytes().decode()
    assert text == header.strip('\n') + '\n' * bool(header) + ''.join(
        f'{r}\n' for r in kept)


def test_all_rows_of_a_video_are_kept(tmp_path):
    rows = [f'v{i},{label}' for i in range(10) for label in (0, 3)]
    (tmp_path / 'a.csv').write_text('video,label\n' + '\n'.join(rows))
    text, _ = run(tmp_path / 'a.csv', '--out', tmp_path / 'b.csv', '--ratio',
                  .5)
    assert (tmp_path / 'b.csv').read_text().split() == ['video,label', *rows]
    assert '10 further labels of videos named before' in text


@pytest.mark.parametrize('file, text, message', [
    ('a.json', '[{"id": "1", "template": "[a] b"}]',
     "a line for each video and its labels, got Something-Something's json"),
    ('a.txt', 'run/a.mp4\nrun/b.mp4\n', 'got lines "class/name"'),
    ('a.csv', 'video,label,split\na,0,train\nb,1,val\n', 'one split'),
    ('a.lst', 'a 0\nb x\n', "line 2: expected a class index, got"),
])
def test_lists_that_are_refused(tmp_path, file, text, message):
    (tmp_path / file).write_text(text)
    problem = run(tmp_path / file, '--out', tmp_path / 'b', '--ratio', .2)[1]
    assert problem.startswith('error: ') and message in problem
    assert not (tmp_path / 'b').exists()
    assert 'got a folder for each class' in run(
        folder_of_videos(tmp_path), '--out', tmp_path / 'b', '--ratio', .2)[1]


def folder_of_videos(tmp_path):
    (tmp_path / 'videos' / 'run').mkdir(parents=True)
    (tmp_path / 'videos' / 'run' / 'a.mp4').touch()
    return tmp_path / 'videos'
