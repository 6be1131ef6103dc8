import builtins
import json
import os
import subprocess
import sys

import pytest
import torch
from mmaction.registry import MODELS

from projects_move.errors import InputError, MissingInputError
from projects_move.models.backbones.library_backbone import read_state
from tests.models.backbones.library_models import (timm_config,
                                                   torchvision_config,
                                                   transformers_config)

CONFIGS = dict(
    timm=timm_config('resnet10t'),
    torchvision=torchvision_config('resnet18'),
    transformers=transformers_config('videomae'))


@pytest.mark.parametrize('library', CONFIGS)
def test_library_that_is_not_installed(library, monkeypatch):
    for name in [name for name in sys.modules if name.startswith(library)]:
        monkeypatch.delitem(sys.modules, name)
    found = builtins.__import__

    def no_library(name, *args, **kwargs):
        if name.startswith(library):
            raise ImportError(f'No module named {name!r}')
        return found(name, *args, **kwargs)

    monkeypatch.setitem(sys.modules, library, None)
    monkeypatch.setattr(builtins, '__import__', no_library)
    with pytest.raises(
            InputError, match=rf"pip install 'projects_move\[{library}\]'"):
        MODELS.build(CONFIGS[library])


@pytest.mark.parametrize('library', CONFIGS)
def test_missing_file_of_weights(library, tmp_path):
    backbone = MODELS.build(
        dict(CONFIGS[library], weights=str(tmp_path / 'a.pth')))
    with pytest.raises(MissingInputError, match='no file of weights .*a.pth'):
        backbone.init_weights()


@pytest.mark.parametrize('library', CONFIGS)
def test_a_recognizer_keeps_the_loaded_weights(library, tmp_path):
    """The libraries' own ``init_weights`` would replace them."""
    saved = MODELS.build(CONFIGS[library])
    torch.save(saved.model.state_dict(), tmp_path / 'a.pth')
    model = MODELS.build(
        dict(
            type='MOVERecognizer',
            backbone=dict(CONFIGS[library], weights=str(tmp_path / 'a.pth')),
            data_preprocessor=dict(
                type='ActionDataPreprocessor',
                mean=[123.675, 116.28, 103.53],
                std=[58.395, 57.12, 57.375])))
    model.init_weights()
    for ours, theirs in zip(model.backbone.parameters(), saved.parameters()):
        assert torch.equal(ours, theirs)


@pytest.mark.parametrize('name, content',
                         [('a.pth', b'nothing'), ('a.safetensors', b'nothing'),
                          ('b.safetensors', b''), ('b.pth', b''),
                          ('c.pth', json.dumps(dict(a=1)).encode())])
def test_files_that_are_no_weights(name, content, tmp_path):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=f'{name} is no file of weights'):
        read_state(str(tmp_path / name))


class Harmful:

    def __reduce__(self):
        return print, ('a pickle ran', )


@pytest.mark.parametrize(
    'state',
    [[1], dict(), dict(a=1), {
        1: torch.ones(1)
    }, Harmful()])
def test_state_dicts_only(state, tmp_path, capsys):
    torch.save(state, tmp_path / 'a.pth')
    with pytest.raises(InputError, match='a.pth'):
        read_state(str(tmp_path / 'a.pth'))
    assert not capsys.readouterr().out


@pytest.mark.parametrize('key', ['state_dict', 'model'])
def test_state_dict_of_a_training(key, tmp_path):
    torch.save({
        key: {
            'module.a': torch.ones(2)
        },
        'epoch': 3
    }, tmp_path / 'a.pth')
    assert list(read_state(str(tmp_path / 'a.pth'))) == ['a']


@pytest.mark.parametrize('config, way_out', [
    (dict(type='TimmBackbone', name='resnet10t'), 'FILE'),
    (dict(type='TorchvisionBackbone', name='resnet18'), 'FILE'),
    (dict(type='TransformersBackbone', name='owner/model'), 'FOLDER'),
])
def test_weights_that_cannot_be_downloaded(config, way_out, tmp_path):
    """In a process of its own, as the hub's settings are read at import."""
    script = ('import json, sys\n'
              'from mmaction.registry import MODELS\n'
              'import projects_move\n'
              'MODELS.build(json.loads(sys.argv[1])).init_weights()')
    env = dict(
        os.environ,
        HF_HUB_OFFLINE='1',
        HF_HOME=str(tmp_path),
        TORCH_HOME=str(tmp_path),
        https_proxy='http://127.0.0.1:9')
    found = subprocess.run([sys.executable, '-c', script,
                            json.dumps(config)],
                           env=env,
                           capture_output=True,
                           text=True)
    problem = found.stderr.rpartition('InputError: ')[2]
    assert 'cannot load the' in problem
    assert problem.endswith(
        f'\n--weights {way_out}, in a config weights={way_out}, takes weights '
        'on disk and needs no download\n')


def test_faulty_file_is_no_download(tmp_path):
    torch.save(dict(a=torch.ones(1)), tmp_path / 'a.pth')
    for library in CONFIGS:
        backbone = MODELS.build(
            dict(CONFIGS[library], weights=str(tmp_path / 'a.pth')))
        with pytest.raises(InputError) as problem:
            backbone.init_weights()
        assert 'download' not in str(problem.value)
