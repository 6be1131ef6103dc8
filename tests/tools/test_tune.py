"""Settings are compared on videos that training does not see."""
import json
import re
from pathlib import Path

import pytest
from mmengine.config import Config, DictAction

from tools.reproduction import tuning
from tools.reproduction.arguments import tune_parser

CONFIGS = Path(__file__).parents[2] / 'configs'
FSDD = CONFIGS / 'fsdd/move_logmel_adam-50e_fsdd-feature.py'


def held_out_config(path, *options):
    pairs = tuning.held_out_options(path, .25, options)
    cfg = Config.fromfile(path)
    cfg.merge_from_dict({
        key: DictAction._parse_iterable(value)
        for key, value in (pair.split('=', 1) for pair in pairs)
    })
    return cfg


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
    cfg = held_out_config(FSDD, 'train_dataloader.dataset.ann_file=other.lst')
    assert cfg.test_dataloader.dataset.ann_file == 'other.lst'


def test_prints_a_row_for_each_value(tmp_path, monkeypatch, capsys):

    def write_metrics(runs, plan):
        for run in runs:
            (run.folder / 'test').mkdir(parents=True)
            (run.folder / 'test/metrics.json').write_text(
                json.dumps(dict(mAP=int(run.options[-1][-1]) / 4)))

    monkeypatch.setattr(tuning, 'execute_all', write_metrics)
    tuning.tune(
        tune_parser('').parse_args([
            str(FSDD), '--grid', 'a.b=1,2', '--seeds', '7', '--work-dir',
            str(tmp_path)
        ]))
    text = capsys.readouterr().out
    assert '| a.b=1 | 0.250 |' in text and '| a.b=2 | **0.500** |' in text
    assert '0.25 of the training list held out' in text


@pytest.mark.parametrize('argv, error', [
    ('--grid a.b', "expected KEY=A,B,..., found 'a.b'"),
    ('--grid a=1 --held-out 2', "expected a number .* found '2'"),
])
def test_errors(argv, error, capsys):
    with pytest.raises(SystemExit):
        tune_parser('').parse_args(['config.py', *argv.split()])
    assert re.search(error, capsys.readouterr().err)
