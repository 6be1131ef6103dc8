"""No tool runs what stands in a checkpoint or in the config inside it."""
import os
import re

import numpy as np
import pytest
import torch
from mmengine.config import Config
from mmengine.registry import init_default_scope

from projects_move.apis.training.resuming import latest_checkpoint
from projects_move.checkpoint_files import load_dict, read_literal_config
from tests.analysed_models import save_model
from tests.checkpoints import save_feature_checkpoint
from tests.crafted_checkpoints import Calls
from tests.in_process import run_tool
from tests.tools.test_train import write_config
from tools import convert_checkpoint, export_onnx, predict, test, train
from tools.analysis import attention, confidence, features

# MMEngine names a run by the second
pytestmark = pytest.mark.filterwarnings(
    'ignore:.*instance named of .* has been created:UserWarning')


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Checkpoints whose values and whose config would make a folder ``run``.
    """
    init_default_scope('mmaction')
    save_feature_checkpoint(tmp_path)
    saved = torch.load(tmp_path / 'model.pth', weights_only=True)
    code = Calls(os.mkdir, 'run')
    hostile = dict(saved, meta=dict(saved['meta'], time=code))
    torch.save(hostile, tmp_path / 'code.pth')
    saved['meta']['cfg'] += '\n__import__("os").mkdir("run")\n'
    torch.save(saved, tmp_path / 'config.pth')
    np.save(tmp_path / 'feat' / 'a.npy', np.ones((6, 5), 'f2'))
    for name in ('train.lst', 'test.lst'):
        (tmp_path / name).write_text('a 0\n')
    (tmp_path / 'classes.txt').write_text('a\nb\nc\nd\n')
    write_config(tmp_path)
    monkeypatch.setenv('FSDD', str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize('tool, args', [
    (predict, 'code.pth feat'),
    (predict, 'config.pth feat'),
    (export_onnx, 'code.pth --shape 1 3 6'),
    (export_onnx, 'config.pth --shape 1 3 6'),
    (convert_checkpoint, 'code.pth out.pth'),
    (train, 'config.py --resume code.pth'),
    (train, 'config.py --cfg-options load_from=code.pth'),
    (test, 'config.py code.pth'),
])
def test_tools(folder, tool, args):
    _, problem = run_tool(tool.main, *args.split())
    assert problem.startswith('error: ') and problem.count('\n') == 0
    reason = 'its config cannot be read: line' if 'config.pth' in args else \
        'is refused: it holds more than weights (posix.mkdir under meta.time)'
    assert reason in problem
    assert not (folder / 'run').exists()


@pytest.mark.parametrize('tool, args', [
    (attention, 'NAME.pth feat/a.npy --out a.png'),
    (features, 'NAME.pth --out a.png'),
    (confidence, 'M=NAME.pth --out a.png'),
])
@pytest.mark.parametrize('name, reason', [
    ('code',
     'is refused: it holds more than weights (posix.mkdir under meta.time)'),
    ('config', 'its config cannot be read: line'),
])
def test_pictures(folder, tool, args, name, reason):
    _, problem = run_tool(tool.main, *args.replace('NAME', name).split())
    assert problem.startswith('error: ') and reason in problem
    assert not (folder / 'run').exists()


@pytest.mark.parametrize('change, reason', [
    (dict(dataset=dict(type='os.mkdir', path='run')),
     'cannot be loaded: .*os.mkdir is not in the'),
    (dict(collate_fn=dict(type='os.mkdir')), 'cannot be loaded: TypeError'),
    (dict(dataset=dict(ann_file='list.pkl')),
     "a.pth: its (train|test)_dataloader cannot be used: it loads 'list.pkl'"),
])
@pytest.mark.parametrize('tool, args', [
    (features, 'a.pth --out a.png'),
    (confidence, 'M=a.pth --out a.png'),
])
def test_data_sets_of_pictures(tmp_path, monkeypatch, tool, args, change,
                               reason):
    """The pictures read the lists of the config in the checkpoint."""
    monkeypatch.chdir(tmp_path)
    save_model(tmp_path)
    saved = load_dict('a.pth')
    cfg = Config(read_literal_config(saved['meta']['cfg']))
    for split in ('train', 'test'):
        cfg.merge_from_dict({f'{split}_dataloader': change})
    saved['meta']['cfg'] = cfg.pretty_text
    torch.save(saved, 'a.pth')
    _, problem = run_tool(tool.main, *args.split())
    assert problem.startswith('error: ') and re.search(reason, problem)
    assert not (tmp_path / 'run').exists()


def test_a_resume_runs_no_config_of_old_checkpoints(folder):
    """MMEngine runs the text under ``config`` when it resumes."""
    code = 'a = 1\n__import__("os").mkdir("run")\n'
    one_epoch = ['--cfg-options', 'train_cfg.max_epochs=1']
    _, problem = run_tool(train.main, 'config.py', '--work-dir', 'work',
                          *one_epoch)
    assert problem is None
    saved = load_dict('work/epoch_1.pth')
    saved['meta']['config'] = code
    torch.save(saved, 'old.pth')
    _, problem = run_tool(train.main, 'config.py', '--work-dir', 'other',
                          '--resume', 'old.pth', *one_epoch)
    assert problem is None
    assert not (folder / 'run').exists()


@pytest.mark.parametrize('meta, reason', [
    (3, 'a dictionary under meta, found type int'),
    (dict(dataset_meta=3), 'a dictionary under dataset_meta, found type int'),
    (dict(dataset_meta=dict(classes=3)),
     'a list of class names, found type int'),
])
@pytest.mark.parametrize('tool, args', [
    (train, 'config.py --cfg-options load_from=odd.pth'),
    (test, 'config.py odd.pth'),
    (predict, 'odd.pth feat'),
])
def test_meta_information_of_another_kind(folder, tool, args, meta, reason):
    saved = load_dict('model.pth')
    if isinstance(meta, dict):
        meta = dict(saved['meta'], **meta)
    torch.save(dict(saved, meta=meta), 'odd.pth')
    _, problem = run_tool(tool.main, *args.split())
    assert problem == f'error: odd.pth: expected {reason}'


def test_a_training_resumes_from_the_checkpoint_before(folder):
    """A hostile one is not used."""
    work = folder / 'work'
    work.mkdir()
    (folder / 'model.pth').rename(work / 'epoch_1.pth')
    (folder / 'code.pth').rename(work / 'epoch_2.pth')
    os.utime(work / 'epoch_1.pth', (1, 1))
    assert latest_checkpoint(work) == work / 'epoch_1.pth'
    assert not (folder / 'run').exists()
