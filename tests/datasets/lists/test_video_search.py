import pytest

from projects_move.datasets.lists.video_search import VideoIndex


@pytest.fixture
def index(tmp_path):
    for name in ('a.mp4', 'b.v1.MKV', 'long jump/c_000001_000011.webm',
                 'high_jump/d.avi', 'train/run/e.mp4', 'val/run/e.mp4',
                 'v_f.mp4', 'two.mp4', 'two.mkv', 'frames/1.jpg', 'notes.txt',
                 'run/g/img_1.jpg', 'both/img_1.jpg', 'both.avi',
                 'pictures/cover.jpg'):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    return VideoIndex(tmp_path)


@pytest.mark.parametrize('name, labels, split, files', [
    ('a.mp4', [], '', ['a.mp4']),
    ('./a', [], '', ['a.mp4']),
    ('a.avi', [], '', ['a.mp4']),
    ('b.v1', [], '', ['b.v1.MKV']),
    ('b.v1.mkv', [], '', ['b.v1.MKV']),
    ('b', [], '', []),
    ('c_000001_000011', ['long jump'], '', ['long jump/c_000001_000011.webm']),
    ('c_000001_000011', ['run'], '', []),
    ('d', ['high jump'], '', ['high_jump/d.avi']),
    ('long jump/a', ['long jump'], '', ['a.mp4']),
    ('e', ['run'], 'val', ['val/run/e.mp4']),
    ('e', ['run'], '', []),
    ('run/e.mp4', ['run'], 'train', ['train/run/e.mp4']),
    ('f', [], '', ['v_f.mp4']),
    ('long jump\\c_000001_000011', [], '', ['long jump/c_000001_000011.webm']),
    ('two', [], '', ['two.mkv', 'two.mp4']),
    ('notes', [], '', []),
    ('g', ['run'], '', ['run/g']),
    ('run/g/', [], '', ['run/g']),
    ('both', [], '', ['both', 'both.avi']),
    ('both.avi', [], '', ['both.avi']),
    ('pictures', [], '', []),
])
def test_search(index, name, labels, split, files):
    assert index.find(name, labels, split).files == files


def test_absolute_names_and_folders(index):
    assert index.find(str(index.folder / 'a.mp4')).files == ['a.mp4']
    assert index.find(f'{index.folder.name}/a.mp4').files == ['a.mp4']
    outside = index.folder.parent / 'outside.mp4'
    outside.touch()
    assert index.find(str(outside)).files == [str(outside)]
    assert index.find('../outside.mp4').files == ['../outside.mp4']
    assert index.has_folder('frames') and not index.has_folder('a.mp4')
    assert index.has_video('a') and not index.has_video('frames')
    assert index.has_video('both') and not index.has_video('none')


def test_tried_paths(index):
    assert index.find('x', ['long jump'], 'val').tried[:5] == [
        'x', 'long jump/x', 'long_jump/x', 'val/x', 'val/long jump/x'
    ]
