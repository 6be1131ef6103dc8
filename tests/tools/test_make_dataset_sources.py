"""Data sets of every kind of list, with files as people have them."""
import csv
import os
from functools import partial

import pytest
from mmaction.registry import DATASETS
from mmengine.config import Config

from tests.in_process import run_tool
from tools.data import make_dataset

run = partial(run_tool, make_dataset.main)


def touch(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def labelled_files(out):
    """Class names of each video in the lists, read here line by line."""
    classes = (out / 'classes.txt').read_text().split('\n')[:-1]
    found = {}
    for split in ('train', 'val', 'test'):
        if (out / f'{split}.lst').exists():
            for line in (out / f'{split}.lst').read_text().split('\n')[:-1]:
                name, labels = line.rsplit(' ', 1)
                assert name not in found
                found[name] = (split, {
                    classes[int(label)]
                    for label in labels.split(',')
                })
    return found


def first_fields(path):
    return [line.split(' ')[0] for line in path.read_text().splitlines()]


def test_split_folders(shared, tmp_path):
    _, problem = run(shared / 'cases/split_folders/videos', '--out',
                     tmp_path / 'new')
    assert problem is None
    found = labelled_files(tmp_path / 'new')
    assert len(found) == 27
    for name, (split, labels) in found.items():
        assert name.split('/')[:2] == [split, *labels]


def test_ucf101(shared, tmp_path):
    case, videos = shared / 'cases/ucf101', tmp_path / 'videos'
    names = {
        split: first_fields(case / f'{split}list01.txt')
        for split in ('train', 'test')
    }
    touch(videos, *names['train'], *names['test'])
    lists = (case / 'trainlist01.txt', '--test-list', case / 'testlist01.txt',
             '--classes', case / 'classInd_crlf.txt')
    for number, source in enumerate(((case, ), lists)):
        out = tmp_path / str(number)
        assert run(*source, '--videos', videos, '--out', out)[1] is None
        found = labelled_files(out)
        for split in names:
            assert [n for n in found if found[n][0] == split] == names[split]
        assert all(labels == {name.split('/')[0]}
                   for name, (_, labels) in found.items())
    out = tmp_path / 'subset'
    run(case / 'subset.txt', '--videos', videos, '--classes',
        case / 'classInd.txt', '--out', out)
    assert all(labels == {name.split('/')[0]}
               for name, (_, labels) in labelled_files(out).items())


def test_labels_of_lines(shared, tmp_path):
    cases = shared / 'cases'
    for case, suffix in (('spaced_labels/list.txt', ''),
                         ('epic_action_class/train.lst', '.MP4')):
        source, videos = cases / case, tmp_path / case
        touch(videos, *(f'{n}{suffix}' for n in first_fields(source)))
        out = tmp_path / 'new' / case
        assert run(source, '--videos', videos, '--out', out)[1] is None
        rows = [line.split() for line in source.read_text().splitlines()]
        found = labelled_files(out)
        assert {
            name: labels
            for name, (_, labels) in found.items()
        } == {
            f'{name}{suffix}': set(labels)
            for name, *labels in rows
        }


def test_kinetics_in_class_folders(shared, tmp_path):
    case = shared / 'cases' / 'kinetics_floats' / 'train.csv'
    rows = list(csv.DictReader(case.read_text().splitlines()))
    names = {}
    for i, row in enumerate(rows):
        clip = (f"{row['youtube_id']}_{float(row['time_start']):06.0f}_"
                f"{float(row['time_end']):06.0f}")
        folder = row['label'] if i else row['label'].replace(' ', '_')
        names[f'{folder}/{clip}.{["mp4", "MKV", "webm"][i]}'] = row
    touch(tmp_path / 'videos', *names)
    assert run(case, '--videos', tmp_path / 'videos', '--out',
               tmp_path / 'new')[1] is None
    assert labelled_files(tmp_path / 'new') == {
        name: (row['split'], {row['label']})
        for name, row in names.items()
    }


def test_mixed_endings_and_gif(shared, tmp_path):
    case = shared / 'cases/kinetics_mixed_endings'
    text, problem = run(case / 'k.csv', '--videos', case / 'videos', '--out',
                        tmp_path / 'new')
    assert problem is None and '6 of 6 videos found' in text
    assert sorted(labelled_files(tmp_path / 'new')) == sorted(
        path.name for path in (case / 'videos').iterdir())
    case = shared / 'cases/gif'
    assert run(case / 'list.txt', '--videos', case / 'videos', '--out',
               tmp_path / 'gif')[1] is None
    assert len(labelled_files(tmp_path / 'gif')) == 12


def test_stray_quote(shared, tmp_path):
    problem = run(shared / 'cases/stray_quote_rows_lost/train.csv', '--videos',
                  tmp_path, '--out', tmp_path / 'new')[1]
    assert 'line 12: torn row' in problem
    assert not (tmp_path / 'new').exists()


def test_slowfast_csv(shared, tmp_path):
    source = shared / 'cases/slowfast_csv/train.csv'
    touch(tmp_path / 'videos', *first_fields(source))
    assert run(source, '--videos', tmp_path / 'videos', '--test', .5, '--out',
               tmp_path / 'new')[1] is None
    assert {
        name: labels
        for name, (_, labels) in labelled_files(tmp_path / 'new').items()
    } == {
        n: {n.split('/')[0]}
        for n in first_fields(source)
    }


def test_a_row_for_each_label(tmp_path):
    touch(tmp_path, *(f'{i}.mp4' for i in range(10)))
    source = tmp_path / 'a.csv'
    source.write_text('file,tag\n' + ''.join(f'{i},a\n{i},b\n'
                                             for i in range(10)))
    assert "line 3: video '0' is already in line 2, with another label" in run(
        source, '--videos', tmp_path, '--single-label', '--out',
        tmp_path / 'new')[1]
    text, problem = run(source, '--videos', tmp_path, '--out',
                        tmp_path / 'new')
    assert problem is None
    assert '10 videos, 10 further labels of videos named before' in text
    assert all(labels == {'a', 'b'}
               for _, labels in labelled_files(tmp_path / 'new').values())


def test_lists_of_splits(tmp_path):
    touch(tmp_path, *(f'{i}.mp4' for i in range(6)))
    for i, name in enumerate(('train', 'val', 'test')):
        (tmp_path / f'{name}.txt').write_text(f'{2 * i} a\n{2 * i + 1} b\n')
    args = ('--videos', tmp_path, '--out', tmp_path / 'new')
    assert run(tmp_path / 'train.txt', '--val-list', tmp_path / 'val.txt',
               '--test-list', tmp_path / 'test.txt', *args)[1] is None
    assert labelled_files(tmp_path / 'new') == {
        f'{i}.mp4': (('train', 'val', 'test')[i // 2], {'ab'[i % 2]})
        for i in range(6)
    }
    (tmp_path / 'val.csv').write_text('video,label,split\n1,a,train\n')
    args = ('--videos', tmp_path, '--out', tmp_path / 'other')
    assert 'expected videos of the split val, got train' in run(
        tmp_path / 'train.txt', '--val-list', tmp_path / 'val.csv', *args)[1]
    assert 'are the same file 0.mp4' in run(tmp_path / 'train.txt',
                                            '--val-list',
                                            tmp_path / 'train.txt', *args)[1]


def test_links_and_names(tmp_path):
    videos = tmp_path / 'videos'
    touch(tmp_path, *(f'disk/{i} 3.mp4' for i in range(10)), 'videos/x/0.mp4')
    (videos / 'run').symlink_to(tmp_path / 'disk')
    (videos / 'x' / 'gone.mp4').symlink_to(tmp_path / 'nothing')
    problem = run(videos, '--out', tmp_path / 'new')[1]
    assert "1 of 12 videos are not in" in problem and 'x/gone.mp4' in problem
    assert run(videos, '--allow-missing', '--out', tmp_path / 'new')[1] is None
    found = labelled_files(tmp_path / 'new')
    assert sorted(found) == sorted(
        ['x/0.mp4', *(f'run/{i} 3.mp4' for i in range(10))])
    cfg = Config.fromfile(tmp_path / 'new' / 'move_rgb.py')
    data = DATASETS.build(dict(cfg.train_dataloader.dataset, pipeline=[]))
    assert all(
        os.path.isfile(data.get_data_info(i)['filename'])
        for i in range(len(data)))


@pytest.mark.parametrize('name', [
    b'run/\xff.mp4', b'run/a\nb.mp4', b'ru\nn/a.mp4', b'run /a.mp4',
    b'# run/a.mp4'
])
def test_names_that_no_list_can_hold(tmp_path, name):
    touch(tmp_path / 'videos', *(f'sit/{i}.mp4' for i in range(10)))
    path = os.path.join(os.fsencode(tmp_path), b'videos', name)
    os.makedirs(os.path.dirname(path))
    open(path, 'w').close()
    problem = run(tmp_path / 'videos', '--out', tmp_path / 'new')[1]
    assert problem.startswith('error: ') and 'rename' in problem
    assert not (tmp_path / 'new').exists()


@pytest.mark.parametrize('option, args', [
    ('--out', ['videos', '--out', 'a\nb']),
    ('--videos', ['a.csv', '--out', 'new', '--videos', 'a\nb']),
    ('source', ['a\nb', '--out', 'new']),
    ('--weights', [
        'videos', '--out', 'new', '--backbone', 'timm/resnet10t', '--weights',
        'a\nb.pth'
    ]),
    ('--backbone', ['videos', '--out', 'new', '--backbone', 'timm/a\rb']),
    ('--backbone-options', [
        'videos', '--out', 'new', '--backbone', 'timm/resnet10t',
        '--backbone-options', 'a="x\ny"'
    ]),
])
def test_names_that_break_lines(option, args, tmp_path, monkeypatch, capsys):
    """They would break the comments of the configs."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr('sys.argv', ['make_dataset.py', *args])
    with pytest.raises(SystemExit) as problem:
        make_dataset.main()
    assert problem.value.code == 2
    assert f'expected a printable name for {option}, got' in \
        capsys.readouterr().err
    assert not (tmp_path / 'new').exists()
