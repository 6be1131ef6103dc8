"""Settings are compared on videos that training does not see."""
import json
import re
from pathlib import Path

import pytest

from projects_move.apis.configs import (load_config, merge_options,
                                        parse_cfg_options)
from projects_move.errors import InputError
from tools.reproduction import tuning
from tools.reproduction.arguments import tune_parser
from tools.reproduction.validation import held_out_options, validation_options

CONFIGS = Path(__file__).parents[2] / 'configs'
FSDD = CONFIGS / 'fsdd/move_logmel_adam-50e_fsdd-feature.py'


def applied(path, make_options, *options):
    """Config with the overrides of the user and those of the tool."""
    cfg = load_config(path, (), parse_cfg_options(options))
    merge_options(cfg, parse_cfg_options(make_options(cfg)))
    return cfg


def held_out_config(path, *options):
    return applied(path, lambda cfg: held_out_options(cfg, .25), *options)


@pytest.mark.parametrize('name, list_key', [
    ('fsdd/move_logmel_adam-50e_fsdd-feature', 'ann_file'),
    ('videolt/move_tsm_adam-100e_videolt-feature', 'split'),
    ('minikinetics/move_resnet50_adam-100e_minikinetics-feature', 'split'),
])
def test_the_test_list_is_never_read(name, list_key):
    cfg = held_out_config(CONFIGS / f'{name}.py')
    train = cfg.train_dataloader.dataset
    assert train.held_out == .25 and train.subset == 'train'
    for loader in (cfg.val_dataloader, cfg.test_dataloader):
        assert loader.dataset.subset == 'held_out'
        assert loader.dataset.held_out == .25
        assert loader.dataset[list_key] == train[list_key]
        assert loader.dataset.data_prefix == train.data_prefix
        assert loader.dataset.get('imbalance_ratio') == train.get(
            'imbalance_ratio')


def test_another_training_list_is_followed():
    cfg = held_out_config(
        FSDD, 'train_dataloader.dataset.ann_file=other.lst',
        'train_dataloader.dataset.data_prefix.features=other')
    for loader in (cfg.val_dataloader, cfg.test_dataloader):
        assert loader.dataset.ann_file == 'other.lst'
        assert loader.dataset.data_prefix.features == 'other'


@pytest.fixture
def data(tmp_path, monkeypatch):
    """Lists of spoken digits, in the folder that the config names."""
    folder = tmp_path / 'data'
    folder.mkdir()
    monkeypatch.setenv('FSDD', str(folder))
    monkeypatch.chdir(tmp_path)
    (folder / 'classes.txt').write_text('zero\none\n')
    for name, videos in dict(
            train_lt0=('a 0', 'b 1'), test=('c 0', 'd 1'),
            val=('e 0', 'f 1')).items():
        name = name.replace('lt0', 'lt0.05') + '.lst'
        (folder / name).write_text('\n'.join(videos) + '\n')
    return folder


def validation_config(name, path=FSDD):
    return applied(path, lambda cfg: validation_options(cfg, Path(name)))


@pytest.mark.parametrize('name', ['val.lst', 'data/val.lst', 'link.lst'])
def test_a_validation_list_replaces_the_held_out_part(data, name):
    Path('link.lst').symlink_to('data/val.lst')
    train = load_config(FSDD).train_dataloader
    cfg = validation_config(name)
    assert cfg.train_dataloader == train  # all of it
    for loader in (cfg.val_dataloader, cfg.test_dataloader):
        found = Path(loader.dataset.ann_file)
        assert found.is_absolute() and found.samefile(data / 'val.lst')
        assert not loader.dataset.get('held_out')
        assert loader.dataset.data_prefix == train.dataset.data_prefix


@pytest.mark.parametrize('own, folder', [(True, 'of_val'),
                                         (False, 'of_train')])
def test_the_folder_of_the_videos(data, own, folder):
    """Of the config's own validation list, or of the training list."""
    (data / 'more.lst').write_text('g 0\n')
    config = Path('config.py')
    config.write_text(f"""
_base_ = '{FSDD}'
for_train = dict(features='of_train')
train_dataloader = dict(dataset=dict(data_prefix=for_train))
val_dataloader = dict(
    dataset=dict(ann_file='val.lst', data_prefix=dict(features='of_val')))
""")
    cfg = validation_config('val.lst' if own else 'more.lst', config)
    for loader in (cfg.val_dataloader, cfg.test_dataloader):
        assert loader.dataset.data_prefix == dict(features=folder)


def test_errors_of_validation_lists(data):
    Path('copy.lst').symlink_to(data / 'test.lst')
    for name in ('test.lst', 'copy.lst'):
        with pytest.raises(
                InputError, match='another list than the test list'):
            validation_config(name)
    with pytest.raises(InputError, match='another list than the train list'):
        validation_config('train_lt0.05.lst')
    with pytest.raises(InputError, match='no file none.lst, nor .*none.lst'):
        validation_config('none.lst')
    (data / 'val.lst').write_text('e 0\nb 1\n')
    with pytest.raises(InputError, match='found 1 of them in .*, such as b$'):
        validation_config('val.lst')
    (data / 'val.lst').write_text('e zero 9\n')
    with pytest.raises(InputError, match='line 1'):
        validation_config('val.lst')
    Path('val.lst').write_text('h 0\n')
    with pytest.raises(InputError, match='one file, .* give its whole path'):
        validation_config('val.lst')
    (data / 'test.lst').unlink()
    (data / 'classes.txt').unlink()
    with pytest.raises(InputError, match='classes.txt'):
        validation_config(data / 'val.lst')


@pytest.fixture
def run_tune(tmp_path, monkeypatch, capsys):
    """Runs the tool without trainings; returns its output and the runs."""
    done = []

    def write_metrics(runs, plan):
        for run in runs:
            numbers = [pair.split('=')[1] for pair in run.options[-2:]
                       if pair[:2] in ('a.', 'c=')]  # yapf: disable
            value = sum(map(int, numbers)) / 8 + run.seed % 3 / 100
            (run.folder / 'test').mkdir(parents=True)
            (run.folder /
             'test/metrics.json').write_text(json.dumps(dict(mAP=value)))
        done.extend(runs)

    monkeypatch.setattr(tuning, 'execute_all', write_metrics)

    def run(*argv):
        tuning.tune(
            tune_parser('').parse_args(
                [str(FSDD), '--work-dir',
                 str(tmp_path / 'work'), *argv]))
        return capsys.readouterr().out, done

    return run


def test_prints_a_row_for_each_value(run_tune):
    text, _ = run_tune('--grid', 'a.b=1,2', '--seeds', '0')
    assert '| a.b=1 | 0.125 |' in text and '| a.b=2 | **0.250** |' in text
    assert '0.25 of the training list held out' in text
    assert 'mean ± standard deviation over the seeds 0; commit' in text


def test_a_list_is_one_value():
    args = tune_parser('').parse_args(
        ['config.py', '--grid', 'a=[1,2],[(3,4),5],6'])
    assert args.grid == [('a', ['[1,2]', '[(3,4),5]', '6'])]


def test_compares_all_combinations(run_tune):
    text, runs = run_tune('--grid', 'a.b=1,2', '--grid', 'c=0,3', '--seeds',
                          '0', '1', '2', '2', '--spread', 'sem')
    rows = [line.split('|')[1:3] for line in text.splitlines() if '| a.b' in
            line]  # yapf: disable
    assert [[cell.strip() for cell in row] for row in rows] == [
        ['a.b=1, c=0', '0.135† ± 0.006'],
        ['a.b=1, c=3', '0.510† ± 0.006'],
        ['a.b=2, c=0', '0.260† ± 0.006'],
        ['a.b=2, c=3', '**0.635** ± 0.006'],
    ]
    assert 'two-sided paired t-test' in text
    assert len({run.folder for run in runs}) == len(runs) == 12
    for run in runs:
        assert run.options[-2:] == tuple(run.folder.parts[-4:-2])


def test_validation_list_in_the_command(data, run_tune):
    text, runs = run_tune('--grid', 'a.b=1', '--validation', 'val.lst')
    assert 'validated on val.lst' in text
    wanted = f"test_dataloader.dataset.ann_file={data / 'val.lst'}"
    assert all(wanted in run.options for run in runs)
    assert not any('held_out' in each for each in runs[0].options)
    run_tune('--grid', 'train_dataloader.dataset.ann_file=a,b', '--validation',
             'val.lst')


@pytest.mark.parametrize('argv, error', [
    ('--grid a=1 --grid a=2', 'each key once, found a twice'),
    ('--grid model.b=1 --cfg-options model.b=2', 'found it in both'),
    ('--grid val_dataloader.dataset.held_out=.1,.2', 'which tune.py sets'),
    ('--grid a=1 --cfg-options test_dataloader.dataset.ann_file=x',
     'expected no test_dataloader.dataset.ann_file, which tune.py sets'),
    ('--grid train_dataloader.dataset.ann_file=a,b', 'another training list'),
])
def test_keys_that_are_set_twice(run_tune, argv, error):
    with pytest.raises(InputError, match=error):
        run_tune(*argv.split())


@pytest.mark.parametrize('argv, error', [
    ('--grid a.b', "expected KEY=A,B,..., found 'a.b'"),
    ('--grid a=1,1', "expected different values, found 'a=1,1'"),
    ('--grid a=1,,2', "expected KEY=A,B,..., found 'a=1,,2'"),
    ('--grid a=1 --held-out .5 --validation x', 'not allowed with'),
    ('--grid a=1 --held-out 2', "expected a number .* found '2'"),
])
def test_errors(argv, error, capsys):
    with pytest.raises(SystemExit):
        tune_parser('').parse_args(['config.py', *argv.split()])
    assert re.search(error, capsys.readouterr().err)
