"""Settings are tried on what training does not see."""
import json
import sys
from pathlib import Path

from mmengine.config import Config, DictAction

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / 'tools'))

import tune  # noqa: E402


def options(path, share=.25, given=()):
    pairs = tune.held_out_options(path, share, list(given))
    cfg = Config.fromfile(path)
    cfg.merge_from_dict({
        key: DictAction._parse_iterable(value)
        for key, value in (pair.split('=', 1) for pair in pairs)
    })
    return cfg


def test_the_test_list_is_never_read():
    for name, list_of in (
        ('fsdd/move_logmel_adam-50e_fsdd-feature', 'ann_file'),
        ('videolt/move_tsm_adam-100e_videolt-feature', 'split'),
        ('minikinetics/move_resnet50_adam-100e_minikinetics-ir0.05-feature',
         'split'),
    ):
        cfg = options(ROOT / 'configs' / f'{name}.py')
        train = cfg.train_dataloader.dataset
        assert train.held_out == .25 and train.subset == 'train'
        for loader in (cfg.val_dataloader, cfg.test_dataloader):
            assert loader.dataset.subset == 'held_out'
            assert loader.dataset.held_out == .25
            assert loader.dataset[list_of] == train[list_of]
            assert loader.dataset.data_prefix == train.data_prefix
            assert loader.dataset.get('imbalance_ratio') == train.get(
                'imbalance_ratio')


def test_another_training_list_is_followed():
    path = ROOT / 'configs/fsdd/move_logmel_adam-50e_fsdd-feature.py'
    cfg = options(path, given=['train_dataloader.dataset.ann_file=other.lst'])
    assert cfg.test_dataloader.dataset.ann_file == 'other.lst'


def test_prints_a_row_a_value(tmp_path, monkeypatch, capsys):
    path = ROOT / 'configs/fsdd/move_logmel_adam-50e_fsdd-feature.py'
    monkeypatch.setattr(sys, 'argv', [
        'tune.py',
        str(path), '--try', 'a.b=1,2', '--seeds', '7', '--work-dir',
        str(tmp_path)
    ])

    def pretend(runs, plan):
        for run in runs:
            (run.folder / 'test').mkdir(parents=True)
            (run.folder / 'test/metrics.json').write_text(
                json.dumps(dict(mAP=int(run.options[-1][-1]) / 4)))

    monkeypatch.setattr(tune, 'execute_all', pretend)
    tune.main()
    text = capsys.readouterr().out
    assert '| a.b=1 | 0.250 |' in text and '| a.b=2 | **0.500** |' in text
    assert '0.25 of the training list held out' in text
