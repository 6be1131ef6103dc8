import shutil

import pytest

from projects_move.datasets.lists.labelled_videos import read_labelled_videos
from projects_move.errors import InputError


def test_ucf101(tmp_path):
    (tmp_path / 'classInd.txt').write_text('1 Hop\r\n2 Run\r\n')
    for number in '12':
        (tmp_path / f'trainlist0{number}.txt'
         ).write_text(f'Hop/v_{number}.avi 1\r\nRun/w_{number}.avi 2\r\n\r\n')
        (tmp_path /
         f'testlist0{number}.txt').write_text(f'Run/x_{number}.avi\n')
    with pytest.raises(
            InputError,
            match='one of the splits 1, 2, got no '
            'choice; choose with --list-format ucf101:1'):
        read_labelled_videos(tmp_path)
    found = read_labelled_videos(tmp_path, list_format='ucf101:2')
    assert sorted(zip(*found[:3])) == [('Hop/v_2.avi', ['Hop'], 'train'),
                                       ('Run/w_2.avi', ['Run'], 'train'),
                                       ('Run/x_2.avi', ['Run'], 'test')]
    (tmp_path / 'trainlist02.txt').write_text('Hop/v.avi 1\nRun/w.avi 1\n')
    with pytest.raises(InputError, match='trainlist02.txt(.|\n)*line 2: '):
        read_labelled_videos(tmp_path, list_format='ucf101:2')


def test_hmdb51(tmp_path):
    for name in ('brush_hair', 'cart wheel'):
        (tmp_path / f'{name}_test_split1.txt'
         ).write_text('a b.avi 1 \nc.avi 2 \nd.avi 0 \n')
    found = read_labelled_videos(tmp_path)
    assert sorted(zip(*found[:3])) == [
        ('brush_hair/a b.avi', ['brush_hair'], 'train'),
        ('brush_hair/c.avi', ['brush_hair'], 'test'),
        ('cart wheel/a b.avi', ['cart wheel'], 'train'),
        ('cart wheel/c.avi', ['cart wheel'], 'test')
    ]
    assert ('read 4 of 6 lines: 4 videos (split 1; 1 video of brush_hair in '
            'no split; 1 video of cart wheel in no split)') in found.report
    one = read_labelled_videos(tmp_path / 'brush_hair_test_split1.txt')
    assert one.splits == ['train', 'test']
    (tmp_path / 'cart wheel_test_split1.txt').write_text('a.avi 3\n')
    with pytest.raises(InputError, match='cart wheel.*\n.*line 1: expected'):
        read_labelled_videos(tmp_path)


def test_shared_case(shared, tmp_path):
    found = read_labelled_videos(shared / 'cases' / 'ucf101')
    assert found.splits.count('train') == 24 and len(found.names) == 32
    for name, row in zip(found.names, found.labels):
        assert name.split('/')[0] == row[0]
    for name in ('classInd.txt', 'trainlist01.txt', 'testlist01.txt'):
        shutil.copy(shared / 'cases' / 'ucf101' / name, tmp_path)
    assert read_labelled_videos(tmp_path)[:3] == found[:3]
