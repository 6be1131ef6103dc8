"""A config in a checkpoint is data: it names registered classes, and imports
and loads nothing that runs code."""
import os
import sys

import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.registry import init_default_scope

from projects_move.apis.prediction.inferencer import LongTailInferencer
from projects_move.apis.registered_types import registered_types_only
from projects_move.errors import InputError
from tests.checkpoints import CLASSES, save_feature_checkpoint


@pytest.fixture(scope='module')
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp('trained')
    init_default_scope('mmaction')
    save_feature_checkpoint(folder)
    return folder


def with_config(folder, change):
    """Checkpoint of which the config is changed."""
    saved = torch.load(folder / 'model.pth', weights_only=True)
    cfg = Config.fromstring(saved['meta']['cfg'], '.py')
    text = change(cfg) or cfg.pretty_text
    saved['meta']['cfg'] = text
    torch.save(saved, folder / 'changed.pth')
    return folder / 'changed.pth'


def set_to(place, value):
    return lambda cfg: cfg.merge_from_dict({place: value})


def step(**settings):
    return lambda cfg: cfg.test_dataloader.dataset.pipeline.append(settings)


@pytest.mark.parametrize('change, reason', [
    (lambda cfg: f'{cfg.pretty_text}\nimport os', "found 'import'"),
    (lambda cfg: f'{cfg.pretty_text}\na = __import__("os").mkdir("run")',
     'expected only literals'),
    (lambda cfg: cfg.pretty_text.replace("'MOVEHead'", 'print(1)'),
     'expected only literals'),
    (set_to('model.neck', dict(_delete_=True, type='os.mkdir', path='run')),
     'Failed to get os.mkdir|os.mkdir is not in'),
    (set_to('model.cls_head', dict(_delete_=True, type='evil.Head')), 'evil'),
    (set_to('model.cls_head', dict(_delete_=True, type='evil')), 'evil'),
    (set_to('model.backbone', dict(_delete_=True, type='torch.load',
                                   f='a')), 'torch.load'),
    (set_to('model.backbone',
            dict(_delete_=True, type='mmengine.load',
                 file='a.json')), 'mmengine.load'),
    (set_to('model.data_preprocessor.type', 'subprocess.Popen'), 'Popen'),
    (set_to('model._scope_', 'evil'), 'imports evil'),
    (set_to('default_scope', 'evil'), 'imports evil'),
    (set_to('default_scope', 3), 'imports 3'),
    (set_to('custom_imports', dict(imports=['evil'])), 'imports evil'),
    (set_to('custom_imports', dict(imports='evil')), 'imports evil'),
    (set_to('custom_imports', dict(imports=3)), 'imports 3'),
    (set_to('model.neck.table', 'a.pkl'), "loads 'a.pkl' as table"),
    (set_to('model.neck.table', ['a.YAML']), "loads 'a.YAML' as table"),
    (set_to('model.neck.table', 'http://evil/a'), "loads 'http://evil/a'"),
    (set_to('model.backbone.trust_remote_code', True), 'trust_remote_code'),
    (set_to('model.backbone.config', dict(auto_map={})), 'auto_map'),
    (step(type='evil.Transform'), 'evil.Transform'),
    (step(type='os.mkdir', path='run'), 'os.mkdir'),
    (step(type='LoadFeatures', backend_args='s3://a'), "loads 's3://a'"),
])
def test_code_is_refused(trained, tmp_path, monkeypatch, change, reason):
    """Also if a module or a folder of that name lies where the tool runs."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / 'evil').mkdir()
    for name in ('__init__', 'registry'):
        (tmp_path / 'evil' / f'{name}.py'
         ).write_text('import os\nos.mkdir("run")\nclass Head: pass\n')
    path = with_config(trained, change)
    with pytest.raises(InputError, match=f'changed.pth.*({reason})') as caught:
        LongTailInferencer(path)
    assert '\n' not in str(caught.value)
    assert os.listdir(tmp_path) == ['evil'] and 'evil' not in sys.modules


@pytest.mark.parametrize('change', [
    set_to('model.cls_head.type', 'projects_move.models.heads.MOVEHead'),
    set_to('model.cls_head.type', 'projects_move.MOVEHead'),
    set_to('model.cls_head.type', 'mmaction.MOVEHead'),
    set_to('custom_imports', dict(imports=['projects_move'])),
    set_to('custom_imports', dict(imports=['pytest'])),
    set_to('load_from', 'https://a.b/c.pth'),
    set_to('train_dataloader', dict(dataset=dict(ann_file='s3://a.pkl'))),
])
def test_sound_configs_are_read(trained, change):
    """New-style configs name import paths; a module that is imported may be
    named."""
    inferencer = LongTailInferencer(with_config(trained, change))
    assert inferencer.classes == list(CLASSES)


def test_types_are_found_as_before_after_the_block(trained):
    with registered_types_only():
        with pytest.raises(Exception, match='os.getcwd'):
            MODELS.build(dict(type='os.getcwd'))
    assert MODELS.build(dict(type='os.getcwd')) == os.getcwd()


def test_a_config_that_is_given_is_code(trained, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    saved = torch.load(trained / 'model.pth', weights_only=True)
    config = tmp_path / 'config.py'
    config.write_text(
        f"{saved['meta']['cfg']}\na = open('run', 'w').close()\n")
    LongTailInferencer(trained / 'model.pth', config)
    assert (tmp_path / 'run').is_file()
