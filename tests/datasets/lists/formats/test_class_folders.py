import os

import pytest

from projects_move.datasets.lists.formats.class_folders import \
    read_class_folders
from projects_move.datasets.lists.labelled_videos import read_labelled_videos
from projects_move.errors import InputError


@pytest.fixture
def make(tmp_path):
    """Function that makes empty files and returns their folder."""

    def make(*names):
        for name in names:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).touch()
        return tmp_path

    return make


@pytest.mark.parametrize('names, labels, splits', [
    (['train/run/a.mp4', 'val/run/b.mp4', 'test/sit/x/c.mp4'
      ], dict(a='run', b='run', c='sit'), dict(a='train', b='val', c='test')),
    (['Training/run/a.mp4', 'validation/run/b.mp4', 'TESTING/sit/c.gif'
      ], dict(a='run', b='run', c='sit'), dict(a='train', b='val', c='test')),
    (['run/a.mp4', 'test/b.mp4', 'sit/s1/c.mp4'
      ], dict(a='run', b='test', c='sit'), {}),
    (['run/s1/a.mp4', 'test/s1/b.mp4'], dict(a='run', b='test'), {}),
])
def test_splits_and_classes(make, names, labels, splits):
    found = read_labelled_videos(make(*names))
    stems = [name.split('/')[-1][0] for name in found.names]
    assert dict(zip(stems, (row[0] for row in found.labels))) == labels
    assert dict(zip(stems, found.splits)) == splits
    assert sorted(found.names) == sorted(names)


@pytest.mark.parametrize('names, message', [
    (['train/a.mp4', 'test/b.mp4'], 'named like splits, but test contains'),
    (['train/run/a.mp4', 'test/b.mp4'], 'named like splits, but test'),
    (['run/a.mp4', 'test/run/b.mp4'], 'test may be a class or a split'),
    (['a.mp4'], 'no class folders with videos .*; found 1 other file'),
    (['run/a.txt'], r'no class folders .* \(1 of .txt\)'),
])
def test_ambiguous_folders(make, names, message):
    folder = make(*names)
    with pytest.raises(InputError, match=message):
        read_class_folders(folder, None)


def test_format_settles_what_folders_mean(make):
    folder = make('test/run/a.mp4', 'run/b.mp4')
    assert read_labelled_videos(
        folder, list_format='class-folders').labels == [['run'], ['test']]
    folder = make('test/run/a.mp4', 'train/sit/b.mp4')
    found = read_labelled_videos(folder, list_format='class-folders')
    assert found.labels == [['run'], ['test'], ['train']]
    assert found.splits == []


def test_links_are_followed(make, tmp_path):
    folder = make('videos/run/a.mp4', 'elsewhere/clips/b.mp4',
                  'elsewhere/c.mp4') / 'videos'
    (folder / 'sit').symlink_to(tmp_path / 'elsewhere')
    (folder / 'hop').symlink_to(tmp_path / 'elsewhere' / 'clips')
    (folder / 'run' / 'd.mp4').symlink_to(tmp_path / 'elsewhere' / 'c.mp4')
    (folder / 'run' / 'loop').symlink_to(folder)
    (folder / 'run' / 'gone.mp4').symlink_to(tmp_path / 'nothing')
    found = read_labelled_videos(folder)
    assert dict(zip(found.names, (row[0] for row in found.labels))) == {
        'run/a.mp4': 'run',
        'run/d.mp4': 'run',
        'run/gone.mp4': 'run',
        'sit/c.mp4': 'sit',
        'sit/clips/b.mp4': 'sit',
        'hop/b.mp4': 'hop'
    }
    assert "1 link to an outer folder, not followed: 'run/loop'" in \
        found.report
    (folder / 'lost').symlink_to(tmp_path / 'nothing')
    with pytest.raises(InputError, match="links to nothing, .* 'lost'"):
        read_labelled_videos(folder)


def test_what_is_left_out_is_said(make):
    report = read_labelled_videos(
        make('run/a.mp4', 'b.mp4', 'run/note.txt', 'run/x.npy')).report
    assert 'read 1 of 2 video files: 1 video (' in report
    assert "1 video outside of class folders, left out: 'b.mp4'" in report
    assert 'ignored: 2 other files (1 of .txt, 1 of .npy)' in report or \
        'ignored: 2 other files (1 of .npy, 1 of .txt)' in report


@pytest.mark.parametrize('prefix', ['', 'train/'])
def test_folders_of_frames_are_videos(make, prefix):
    folder = make(
        *(f'{prefix}{name}'
          for name in ('run/a.mp4', 'run/f1/img_00001.jpg',
                       'run/f1/img_00002.jpg', 'run/f1/notes.txt',
                       'run/cover/photo.jpg', 'sit/s1/v.avi/1.png',
                       'sit/mixed/b.mp4', 'sit/mixed/b_1.jpg')),
        *(['val/sit/f2/1.jpg'] if prefix else ['loose/1.jpg']))
    found = read_labelled_videos(folder)
    expected = {
        f'{prefix}run/a.mp4': ['run'],
        f'{prefix}run/f1': ['run'],
        f'{prefix}sit/s1/v.avi': ['sit'],
        f'{prefix}sit/mixed/b.mp4': ['sit']
    }
    if prefix:
        expected['val/sit/f2'] = ['sit']
    else:
        assert "1 video outside of class folders, left out: 'loose'" in \
            found.report
    assert dict(zip(found.names, found.labels)) == expected
    assert '3 folders of frames among them' in found.report
    assert 'ignored: 3 other files (2 of .jpg, 1 of .txt)' in found.report


@pytest.mark.parametrize('name', [b'\xff.mp4', b'a\nb.mp4', b'a\rb.mp4'])
def test_names_that_no_list_can_hold(make, name):
    folder = make('run/a.mp4')
    with open(os.path.join(os.fsencode(folder), b'run', name), 'w'):
        pass
    with pytest.raises(InputError, match='the name .* that no list can hold'):
        read_labelled_videos(folder)


def test_class_that_no_list_can_hold(make):
    folder = make('run/a.mp4', 'a\nb/x.mp4')
    with pytest.raises(InputError, match=r"'a\\nb"):
        read_labelled_videos(folder)


def test_shared_case(shared):
    found = read_labelled_videos(shared / 'cases/split_folders/videos')
    assert found.classes == ['jump', 'run', 'walk'] and len(found.names) == 27
    for name, row, split in zip(*found[:3]):
        assert name.startswith(f'{split}/{row[0]}/{split}_')


def test_empty_folders_are_told_and_archive_rests_are_no_class(make):
    folder = make('run/a.mp4', 'sit/b.mp4', '__MACOSX/run/a.mp4')
    (folder / 'wave').mkdir()
    found = read_class_folders(folder, None)
    assert found.labels == [('run', ), ('sit', )]
    assert found.notes == ["1 empty folder without videos, no class: 'wave'"]
