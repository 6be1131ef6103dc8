"""Results that other programs read: alone on stdout, and never lost."""
import errno
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
import torch

from projects_move.apis import result_output
from projects_move.errors import InputError
from tests.checkpoints import save_feature_checkpoint
from tools import predict

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path):
    save_feature_checkpoint(tmp_path)
    return tmp_path


LOUD = """custom_imports = dict(imports=['loud'])
print('config')
"""
LOUD_MODULE = """import ctypes, os, subprocess
from mmaction.registry import TRANSFORMS
@TRANSFORMS.register_module()
class Loud:
    def __call__(self, results):
        print('python', flush=True)
        os.write(1, b'descriptor\\n')
        ctypes.CDLL(None).puts(b'buffer of C')
        subprocess.run(['echo', 'process'])
        return results
"""


@pytest.mark.parametrize('kind, workers', [('json', 0), ('csv', 1)])
def test_only_the_result_is_on_stdout(folder, kind, workers):
    """Also where a transform in a worker writes to stdout."""
    saved = torch.load(folder / 'model.pth', weights_only=True)
    (folder / 'config.py').write_text(LOUD + saved['meta']['cfg'].replace(
        'pipeline=[', "pipeline=[dict(type='Loud'), "))
    (folder / 'loud.py').write_text(LOUD_MODULE)
    command = [
        sys.executable, predict.__file__, folder / 'model.pth',
        folder / 'feat', '--config', folder / 'config.py', '--format', kind,
        '--num-workers',
        str(workers)
    ]
    done = subprocess.run(
        command,
        capture_output=True,
        env=dict(os.environ, PYTHONPATH=f'{ROOT}:{folder}'))
    assert done.returncode == 0, done.stderr
    for text in (b'python', b'descriptor', b'buffer of C', b'process',
                 b'config'):
        assert text in done.stderr and text not in done.stdout
    if kind == 'json':
        assert len(json.loads(done.stdout)) == 5
    else:
        assert len(done.stdout.splitlines()) == 21


def test_failed_write_loses_nothing(tmp_path, monkeypatch, capsys):

    def full(*args):
        raise OSError(errno.ENOSPC, 'No space left on device')

    out = tmp_path / 'out.json'
    out.write_text('old')
    monkeypatch.setattr(result_output.Path, 'write_bytes', full)
    monkeypatch.setattr(tempfile, 'tempdir', str(tmp_path))
    with pytest.raises(InputError, match="on device: '.*out.json'; the") as no:
        result_output.write_result('new', str(out))
    assert out.read_text() == 'old'
    written = Path(str(no.value).rpartition(' ')[2])
    assert written.parent == tmp_path and written.read_text() == 'new'
    monkeypatch.setattr(tempfile, 'mkstemp', full)  # no file can be written
    with pytest.raises(InputError, match='the result is in stdout'):
        result_output.write_result('new', str(out))
    assert capsys.readouterr().out == 'new'


@pytest.mark.parametrize('name', ['none/a', '', 'file/a'])
def test_places_that_cannot_be_written(tmp_path, name):
    (tmp_path / 'file').touch()
    with pytest.raises(InputError, match='--out .* is no file in an existing'):
        result_output.check_output(str(tmp_path / name))


def test_check_leaves_files_alone(tmp_path):
    (tmp_path / 'old').write_text('old')
    for name in ('old', 'new'):
        result_output.check_output(str(tmp_path / name))
    assert (tmp_path / 'old').read_text() == 'old'
    assert [path.name for path in tmp_path.iterdir()] == ['old']


def test_full_stdout(folder, tmp_path):
    with open('/dev/full', 'w') as full:
        done = subprocess.run([
            sys.executable, predict.__file__, folder / 'model.pth',
            folder / 'feat', '--format', 'json'
        ],
                              stdout=full,
                              stderr=subprocess.PIPE,
                              text=True,
                              env=dict(
                                  os.environ,
                                  PYTHONPATH=ROOT,
                                  TMPDIR=str(tmp_path)))
    assert done.returncode == 1 and 'Traceback' not in done.stderr
    written = Path(done.stderr.split()[-1])
    assert written.parent == tmp_path
    assert len(json.loads(written.read_text())) == 5


def test_closed_pipe_is_quiet(folder):
    done = subprocess.run(
        f'{sys.executable} -W ignore {predict.__file__} {folder}/model.pth '
        f'{folder}/feat --format json 2>{folder}/err | head -n 1',
        shell=True,
        capture_output=True,
        env=dict(os.environ, PYTHONPATH=ROOT))
    assert done.stdout == b'[\n'
    assert 'rror' not in (folder / 'err').read_text()
