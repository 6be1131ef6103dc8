"""Options of the extraction that choose the source and the backbone."""
from functools import partial

import numpy as np
import pytest
from PIL import Image

from projects_move.datasets.features.packed_store import PackedStore
from projects_move.datasets.features.shard_writer import ShardWriter
from tests.hostile_videos import write_video
from tests.in_process import run_tool
from tools import extract_features

run = partial(run_tool, extract_features.main)
COMMON = ('--backbone', 'timm/resnet10t', '--weights', 'none', '--num-workers',
          0)


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / 'videos'
    (folder / 'frames').mkdir(parents=True)
    for i in range(3):
        write_video(folder / f'v{i}.mp4', 9 + i)
    random = np.random.default_rng(0)
    for i in range(5):
        Image.fromarray(random.integers(0, 255, (20, 30, 3),
                                        np.uint8)).save(folder / 'frames' /
                                                        f'{i}.png')
    return folder


@pytest.mark.parametrize('args, message', [
    ((), 'expected either CONFIG or --backbone'),
    (('a.py', '--backbone', 'timm/x'), 'expected either CONFIG or --backbone'),
    (('--backbone', 'timm/x'), '--backbone needs --videos'),
    (('a.py', '--weights', 'a'), '--weights needs --backbone'),
    (('a.py', '--clip-len', '8'), '--clip-len needs --backbone'),
    (('a.py', '--root', 'a'), '--root needs --videos'),
    (('a.py', '--videos', 'a', '--splits', 'val'), 'leave out --videos'),
    (('--backbone', 'timm/x', '--videos', 'a', '--cfg-options', 'a=1'),
     '--cfg-options needs a config'),
    (('--backbone', 'timm/x', '--videos', 'a', '--test-sampling'),
     '--test-sampling needs a config'),
])
def test_options_that_do_not_go_together(args, message, tmp_path):
    text, problem = run(*args, '--out', tmp_path)
    assert problem == '2' and message in text


def test_faulty_videos_are_listed_and_the_others_done(folder, tmp_path):
    (folder / 'text.mp4').write_text('no video')
    (folder / 'frames' / '9.png').write_bytes(
        (folder / 'frames' / '4.png').read_bytes())
    text, problem = run('--videos', folder, *COMMON, '--num-frames', 2,
                        '--out', tmp_path / 'out')
    assert problem == '2 of 5 videos failed'
    assert 'failed: text.mp4: ' in text
    assert 'failed: frames: ' in text and 'between 4.png and 9.png' in text
    assert sorted(PackedStore(
        tmp_path / 'out').names()) == ['v0.mp4', 'v1.mp4', 'v2.mp4']
    (folder / 'frames' / '9.png').unlink()
    assert '2 of 5 videos to do' in run('--videos', folder, *COMMON,
                                        '--num-frames', 2, '--out',
                                        tmp_path / 'out')[0]
    assert 'frames' in PackedStore(tmp_path / 'out')


def test_frame_rate_of_folders(folder, tmp_path):
    args = ('--videos', folder, *COMMON, '--fps', 2, '--format', 'files',
            '--out', tmp_path / 'out')
    assert 'expects their --frame-rate' in run(*args)[1]
    assert not (tmp_path / 'out').exists()
    assert run(*args, '--frame-rate', 4)[1] is None
    # 5 frames of a quarter of a second; 9 frames at 15 a second
    assert len(np.load(tmp_path / 'out' / 'frames.npy')) == 3
    assert len(np.load(tmp_path / 'out' / 'v0.mp4.npy')) == 2


def test_crops(folder, tmp_path):
    args = ('--videos', folder / 'v0.mp4', *COMMON, '--num-frames', 2,
            '--format', 'files', '--out')
    for crops, count in (('center', 1), ('three', 3), ('ten', 10)):
        assert run(*args, tmp_path / crops, '--crops', crops)[1] is None
        assert len(np.load(tmp_path / crops / 'v0.mp4.npy')) == 2 * count


def test_a_folder_of_files_stays_one(folder, tmp_path):
    args = ('--videos', folder, *COMMON, '--num-frames', 2, '--out',
            tmp_path / 'out')
    assert run(*args, '--format', 'files')[1] is None
    (tmp_path / 'out' / 'v0.mp4.npy').unlink()
    assert '1 of 4 videos to do' in run(*args)[0]
    assert (tmp_path / 'out' / 'v0.mp4.npy').is_file()
    assert not (tmp_path / 'out' / 'store.json').exists()


def test_store_that_another_process_writes(folder, tmp_path):
    """One message, not one for each video."""
    with ShardWriter(tmp_path / 'out', 'float16', 512) as writer:
        writer.add('other', np.zeros((1, 512)))
        _, problem = run('--videos', folder, *COMMON, '--num-frames', 2,
                         '--out', tmp_path / 'out')
    assert problem.startswith('error: ')
    assert problem.endswith('another process writes it; give each its own '
                            '--shard i/n')
    assert list(PackedStore(tmp_path / 'out').names()) == ['other']


def test_folder_of_stores_gets_no_files(folder, tmp_path):
    args = ('--videos', folder / 'v0.mp4', *COMMON, '--num-frames', 2, '--out')
    assert run(*args, tmp_path / 'out' / 'store')[1] is None
    assert 'expected another folder' in run(*args, tmp_path / 'out')[1]
    assert [path.name for path in (tmp_path / 'out').iterdir()] == ['store']


def test_videos_of_another_folder_are_noted(folder, tmp_path):
    """Their names may be those of other videos."""
    other = tmp_path / 'other'
    other.mkdir()
    write_video(other / 'v0.mp4', 30)
    write_video(other / 'v7.mp4', 30)
    args = (*COMMON, '--num-frames', 2, '--out', tmp_path / 'out')
    assert 'note: ' not in run('--videos', folder, *args)[0]
    assert 'note: ' not in run('--videos', folder, *args)[0]
    text, problem = run('--videos', other, *args)
    assert problem is None and '1 of 2 videos to do' in text
    assert f'has features of the videos below {folder}; a video below ' \
        f'{other} of the same name counts as done' in text
