from functools import partial

import numpy as np
import pytest
from mmaction.registry import DATASETS
from mmengine.config import Config

from projects_move.datasets.lists.annotations import read_list
from projects_move.datasets.lists.labelled_videos import read_labelled_videos
from tests.in_process import run_tool
from tools.data import make_dataset

run = partial(run_tool, make_dataset.main)

COUNTS = {'brush hair': 20, 'clap': 10, 'wave': 2}


@pytest.fixture
def folder(tmp_path):
    """Class folders with empty files named as videos."""
    for name, count in COUNTS.items():
        (tmp_path / 'videos' / name).mkdir(parents=True)
        for i in range(count):
            ending = 'avi' if i % 3 else 'MP4'
            (tmp_path / 'videos' / name / f'clip {i}.{ending}').touch()
    (tmp_path / 'videos' / 'wave' / 'notes.txt').touch()
    return tmp_path / 'videos'


def touch(folder, *names):
    """Make empty files named as videos."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def lists(out):
    classes = (out / 'classes.txt').read_text().splitlines()
    return classes, {
        name: read_list(out / f'{name}.lst', classes)
        for name in ('train', 'val', 'test')
    }


def test_class_folders(folder, tmp_path):
    text, problem = run(folder, '--out', tmp_path / 'new')
    assert problem is None
    assert '32 videos of 3 classes: 23 train, 3 val, 6 test' in text
    classes, splits = lists(tmp_path / 'new')
    assert classes == list(COUNTS)
    names = [name for split in splits.values() for name in split.names]
    assert len(names) == len(set(names)) == 32
    assert all((folder / name).is_file() for name in names)
    for name, row in zip(splits['train'].names, splits['train'].labels):
        assert name.split('/')[0] == classes[row[0]]
    counts = np.bincount([row[0] for row in splits['test'].labels],
                         minlength=3)
    assert counts.tolist() == [4, 2, 0]


def test_classes_named_by_numbers(tmp_path):
    for name in ('1', '2', '3', '10', '11', '12'):
        (tmp_path / 'videos' / name).mkdir(parents=True)
        for i in range(10):
            (tmp_path / 'videos' / name / f'{i}.mp4').touch()
    run(tmp_path / 'videos', '--out', tmp_path / 'new')
    classes, splits = lists(tmp_path / 'new')
    for split in splits.values():
        assert len(split.names) in (6, 12, 42)
        for name, row in zip(split.names, split.labels):
            assert [name.split('/')[0]] == [classes[label] for label in row]


def test_csv_with_several_labels_and_splits(tmp_path):
    (tmp_path / 'a.csv').write_text('video,label,split\n'
                                    'x.mp4,run;jump,train\n'
                                    'y.mp4,sit,test\nz.mp4,jump|run,validate\n'
                                    'w.mp4,sit,train\n')
    out = tmp_path / 'new'
    touch(tmp_path, *(f'{name}.mp4' for name in 'xyzw'))
    assert run(tmp_path / 'a.csv', '--videos', tmp_path, '--out',
               out)[1] is None
    classes, splits = lists(out)
    assert classes == ['jump', 'run', 'sit']
    assert splits['train'].names == ['x.mp4', 'w.mp4']
    assert splits['train'].labels == [[1, 0], [2]]
    assert splits['val'].labels == [[0, 1]]
    assert 'multi_class=True' in (out / 'move_feature.py').read_text()


def test_kinetics(tmp_path):
    (tmp_path / 'k.csv').write_text(
        'label,youtube_id,time_start,time_end,split\n'
        'abseiling,-abc_1,3,13,train\nair drumming,xyz,100,110,val\n')
    source = read_labelled_videos(tmp_path / 'k.csv')
    assert source.names == ['-abc_1_000003_000013', 'xyz_000100_000110']
    assert source.splits == ['train', 'val']


def test_list_of_mmaction2(tmp_path):
    rows = [
        f'{name}/{i}.mp4 {label}' for i in range(10)
        for label, name in enumerate(('wave', 'brush hair'))
    ]
    source = tmp_path / 'kinetics_train_list_videos.txt'
    source.write_text('\n'.join(rows) + '\n')
    touch(tmp_path / 'videos', *(row.rsplit(' ', 1)[0] for row in rows))
    for args, names in (((), ['brush hair', 'wave']),
                        (('--classes', tmp_path / 'names'), ['a', 'b'])):
        (tmp_path / 'names').write_text('b\na\n')
        out = tmp_path / names[0]
        run(source, '--videos', tmp_path / 'videos', '--out', out, *args)
        classes, splits = lists(out)
        assert classes == names
        for split in splits.values():
            for name, row in zip(split.names, split.labels):
                assert (name[:4] == 'wave') == (row == [1])


@pytest.mark.parametrize('splits, args, existing', [
    (('train', 'validate'), (), 'val'),
    (('train', 'test'), (), 'test'),
    ((), ('--val', 0), 'test'),
    ((), ('--test', 0), 'val'),
])
@pytest.mark.parametrize('kind', ['rgb', 'feature'])
def test_single_held_out_list_serves_as_both(tmp_path, splits, args, existing,
                                             kind):
    rows = [f'{i},{"ab"[i // 10]}' for i in range(20)]
    if splits:
        rows = [f'{row},{splits[i % 2]}' for i, row in enumerate(rows)]
    (tmp_path / 'a.csv').write_text('\n'.join(
        ['video,label' + ',split' * bool(splits), *rows]))
    out = tmp_path / 'new'
    touch(tmp_path, *(f'{i}.mp4' for i in range(20)))
    text, problem = run(tmp_path / 'a.csv', '--videos', tmp_path, '--out', out,
                        *args)
    assert problem is None and f': {existing}.lst is used' in text
    assert {path.name
            for path in out.glob('*.lst')} == {'train.lst', f'{existing}.lst'}
    cfg = Config.fromfile(out / f'move_{kind}.py')
    for loader in (cfg.val_dataloader, cfg.test_dataloader):
        assert loader.dataset.ann_file == f'{existing}.lst'
        assert len(DATASETS.build(dict(loader.dataset, pipeline=[])))
    assert cfg.default_hooks.checkpoint.save_best is None
    assert cfg.default_hooks.checkpoint.interval == 5


def test_wrong_splits(folder, tmp_path):
    out = tmp_path / 'new'
    for split in ('train', 'test'):
        (tmp_path / 'a.csv').write_text(f'video,label,split\nx,a,{split}\n')
        assert f'train and of val or test, got {split};' in run(
            tmp_path / 'a.csv', '--videos', folder, '--out', out)[1]
    assert 'hold out no video: the largest class has 20' in run(
        folder, '--out', out, '--val', 0, '--test', 0.01)[1]
    (tmp_path / 'a.csv').write_text('video,label\n')
    assert 'the list is empty' in run(tmp_path / 'a.csv', '--videos', folder,
                                      '--out', out)[1]
    for shares in ((.5, .5), (-.1, .2), (.1, 1)):
        text, problem = run(folder, '--out', out, '--val', shares[0], '--test',
                            shares[1])
        assert problem == '2' and 'with a sum below 1' in text
    assert not out.exists()


def test_missing_videos(tmp_path):
    touch(tmp_path, 'a/clip.v1.mp4', 'b.MKV')
    (tmp_path / 'a.csv').write_text('video,label\nclip.v1,a\nb.avi,a\n' +
                                    ''.join(f'{i},a\n' for i in range(9)))
    out = tmp_path / 'new'
    common = (tmp_path / 'a.csv', '--videos', tmp_path, '--out', out, '--val',
              0, '--test', .5)
    problem = run(*common)[1]
    assert (f'9 of 11 videos are not in {tmp_path}: '
            "'0', '1', '2', '3', '4', ...; tried for '0', with each suffix of "
            'a video: 0, a/0, v_0; --allow-missing') in problem
    assert not out.exists()
    text, problem = run(*common, '--allow-missing')
    assert problem is None and 'left out: 9 of 11 videos' in text
    assert ((out / 'train.lst').read_text() +
            (out / 'test.lst').read_text()).split('\n') in ([
                'a/clip.v1.mp4 0', 'b.MKV 0', ''
            ], ['b.MKV 0', 'a/clip.v1.mp4 0', ''])


def test_no_video_is_found(tmp_path):
    (tmp_path / 'a.csv').write_text('video,label\nx,a\ny,a\n')
    problem = run(tmp_path / 'a.csv', '--videos', tmp_path, '--allow-missing',
                  '--out', tmp_path / 'new')[1]
    assert problem.startswith('error: 2 of 2 videos are not in')
    assert not (tmp_path / 'new').exists()


def test_unclear_files(tmp_path):
    touch(tmp_path, 'x.mp4', 'x.mkv', 'y.mp4')
    for rows, message in (('x,a\ny,a',
                           "'x' may be any of the files x.mkv, x.mp4"),
                          ('y,a\ny.mp4,a',
                           "'y.mp4' and 'y' are the same file y.mp4")):
        (tmp_path / 'a.csv').write_text(f'video,label\n{rows}\n')
        assert message in run(tmp_path / 'a.csv', '--videos', tmp_path,
                              '--out', tmp_path / 'new')[1]


def test_any_folder_name(folder, tmp_path):
    out = tmp_path / "it's \\ {new}"
    videos = folder.rename(tmp_path / 'my "videos"')
    assert run(videos, '--out', out)[1] is None
    for name in ('move-plus_rgb', 'move-plus_feature', 'baseline-agg_feature'):
        cfg = Config.fromfile(out / f'{name}.py')
        assert cfg.train_dataloader.dataset.data_root == str(out)
    assert Config.fromfile(
        out / 'move_rgb.py').train_dataloader.dataset.data_prefix.video == str(
            videos)


def test_errors(folder, tmp_path):
    out = tmp_path / 'new'
    assert 'has no class folders' in run(folder / 'wave', '--out', out)[1]
    assert 'expected a folder, but' in run(tmp_path / 'none', '--out', out)[1]
    assert not out.exists()
    (tmp_path / 'a.csv').write_text('note,label\nx,1\n')
    assert 'expected the columns video and label' in run(
        tmp_path / 'a.csv', '--videos', folder, '--out', out)[1]
    (tmp_path / 'a.csv').write_text('video,label\nx,\n,a\ny,b\n')
    problem = run(tmp_path / 'a.csv', '--videos', folder, '--out', out)[1]
    assert '2 faulty lines' in problem and 'line 3: no video' in problem
    assert "line 2: no label of video 'x'" in problem
    (tmp_path / 'a.csv').write_text('video,label,split\nx,a,dev\n')
    assert "got ['dev']" in run(tmp_path / 'a.csv', '--videos', folder,
                                '--out', out)[1]
    run(folder, '--out', out)
    assert 'is not empty' in run(folder, '--out', out)[1]
    assert 'a csv or list needs --videos' in run(tmp_path / 'a.csv', '--out',
                                                 out)[0]
