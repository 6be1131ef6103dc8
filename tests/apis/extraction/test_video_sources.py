import os

import numpy as np
import pytest
from mmaction.registry import DATASETS

from projects_move.apis.extraction import video_sources
from projects_move.apis.extraction.video_sources import find_videos
from projects_move.errors import InputError, MissingInputError
from tests.in_process import run_tool
from tests.pickling import pickle_roundtrip
from tools.data import make_dataset


def touch(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def paths(videos):
    """Path of each video by its name."""
    found = {}
    for i in range(len(videos)):
        info = videos[i]
        assert info['video_id'] == videos.name(i) not in found
        found[info['video_id']] = info['filename']
    return found


@pytest.fixture
def folder(tmp_path):
    touch(tmp_path / 'v', 'run/a.mp4', 'run/a.AVI', 'run/deep/b.webm',
          'walk/f1/img_00001.jpg', 'walk/f1/img_00002.jpg', 'walk/f2/1.png',
          'walk/f2/notes.txt', 'walk/photos/cover.jpg', 'thumbs/c.mkv',
          'thumbs/c1.jpg', '.hidden/d.mp4', 'readme.txt')
    (tmp_path / 'v' / 'gone.mp4').symlink_to('nowhere')
    (tmp_path / 'elsewhere').mkdir()
    touch(tmp_path / 'elsewhere', 'e.ts')
    (tmp_path / 'v' / 'link').symlink_to(tmp_path / 'elsewhere')
    return tmp_path / 'v'


NAMES = [
    'run/a.mp4', 'run/a.AVI', 'run/deep/b.webm', 'walk/f1', 'walk/f2',
    'thumbs/c.mkv', 'link/e.ts'
]


def test_folder(folder, monkeypatch):
    monkeypatch.setattr(video_sources, 'BLOCK', 2)
    found = find_videos(folder)
    assert paths(found.videos) == {name: str(folder / name) for name in NAMES}
    assert found.has_frame_folders
    # three beside the frames, a picture of a video, the text of f2
    assert found.report == (f'5 videos and 2 folders of frames below {folder}'
                            '; 4 other files ignored; 1 link to nothing '
                            'ignored')
    some = pickle_roundtrip(found.videos.take(np.array([6, 1])))
    assert len(some) == 2 and some[0]['filename'] == str(folder / some.name(0))


def test_single_video_and_single_folder_of_frames(folder):
    found = find_videos(folder / 'run' / 'a.mp4')
    assert paths(found.videos) == {'a.mp4': str(folder / 'run/a.mp4')}
    found = find_videos(folder / 'walk' / 'f1')
    assert paths(found.videos) == {'f1': str(folder / 'walk/f1')}


def test_names_are_those_of_make_dataset(folder, tmp_path):
    touch(folder, *(f'walk/w{i}.mp4' for i in range(4)))
    assert run_tool(make_dataset.main, folder, '--out', tmp_path / 'new',
                    '--val', 0, '--test', .4)[1] is None
    files, listed = paths(find_videos(folder).videos), set()
    for split in ('train', 'test'):
        dataset = DATASETS.build(
            dict(
                type='LongTailDataset',
                ann_file=str(tmp_path / 'new' / f'{split}.lst'),
                data_prefix=dict(video=str(folder)),
                pipeline=[]))
        assert len(dataset)
        for i in range(len(dataset)):
            info = dataset.get_data_info(i)
            assert info['filename'] == files[info['video_id']]
            listed.add(info['video_id'])
    assert listed == set(files)


def test_folder_of_frames_beside_a_video_of_its_name(folder, tmp_path):
    """A training would read the video in place of the frames."""
    touch(folder, 'walk/f1.mp4')
    assert "'walk/f1' may be any of the files walk/f1, walk/f1.mp4" in \
        run_tool(make_dataset.main, folder, '--out', tmp_path / 'new')[1]


@pytest.mark.parametrize('text, expected', [
    ('run/a.mp4 0\nwalk/f1 1\n', ['run/a.mp4', 'walk/f1']),
    ('run/a.mp4\nwalk/f1\n', ['run/a.mp4', 'walk/f1']),
    ('walk/f1 2 0\nwalk/f2 1 1\n', ['walk/f1', 'walk/f2']),
    ('video,label\nrun/a.mp4,x\nrun/a.mp4,y\nlink/e,z\n',
     ['run/a.mp4', 'link/e']),
    ('./run/a.mp4 0\nrun/../walk/f1 1\n', ['run/a.mp4', 'walk/f1']),
    ('{folder}/run/a.mp4\n{folder}/walk/f1\n', ['run/a.mp4', 'walk/f1']),
])
def test_lists(folder, text, expected, tmp_path):
    for place, root in ((folder, None), (tmp_path, folder)):
        (place / 'a.lst').write_text(text.format(folder=folder))
        found = find_videos(place / 'a.lst', root)
        assert list(paths(found.videos)) == expected
        for name, path in paths(found.videos).items():
            assert os.path.realpath(path) == os.path.realpath(folder / name)


def test_list_whose_first_videos_are_absent(folder):
    """Such as those of a class that was not downloaded."""
    names = [f'gone/{i}.mp4' for i in range(200)]
    names += [f'run/{i}.mp4' for i in range(20)]
    for name in names[200:]:
        touch(folder, name)
    (folder / 'a.lst').write_text('\n'.join(names))
    assert len(find_videos(folder / 'a.lst').videos) == 220


def test_paths_outside_of_the_root(folder, tmp_path):
    (folder / 'a.lst').write_text(f'../elsewhere/e.ts\n{folder}/run/a.mp4\n')
    videos = find_videos(folder / 'a.lst').videos
    outside = str(tmp_path / 'elsewhere' / 'e.ts')
    assert list(paths(videos)) == [outside[1:], 'run/a.mp4']
    assert os.path.samefile(videos[0]['filename'], outside)
    assert os.path.samefile(
        videos.take(np.array([1]))[0]['filename'], folder / 'run/a.mp4')


@pytest.mark.parametrize('text, message', [
    ('run/a.mp4\n./run/a.mp4\n', "two entries of one name, 'run/a.mp4'"),
    ('x.mp4\ny.mp4\n',
     'none of 2 that were looked for, such as .*v/x.mp4; --root'),
    ('', 'the list is empty'),
])
def test_faulty_lists(folder, text, message):
    (folder / 'a.lst').write_text(text)
    with pytest.raises(InputError, match=message):
        find_videos(folder / 'a.lst')


def test_missing_sources(folder, tmp_path):
    for args, message in (((tmp_path / 'none', ), 'no folder, list or video'),
                          ((folder / 'a.lst', tmp_path / 'none'),
                           'none of the videos of')):
        touch(folder, 'a.lst')
        with pytest.raises(MissingInputError, match=message):
            find_videos(*args)
    touch(tmp_path / 'texts', 'a.txt')
    with pytest.raises(InputError, match='^0 videos and 0 folders of frames'):
        find_videos(tmp_path / 'texts')


@pytest.mark.parametrize('name', ['', 'run/a.mp4'])
def test_options_of_a_list(folder, name):
    for args in ((folder, ), (None, 'names')):
        with pytest.raises(InputError, match='--root and --list-format'):
            find_videos(folder / name, *args)
