"""Tools on a disk that is full, which go on when there is space.

A limit on the size of a file raises the error that a full disk raises, at the
first file that is larger.
"""
import os
import resource
import subprocess
import sys
from contextlib import contextmanager

import pytest
import torch

# imported once for all processes
import projects_move.apis.training.cli  # noqa: F401
from tests.in_process import run_tool as run_here
from tests.killed_tools import KINDS, ROOT, write_features
from tests.kills import finish
from tests.resuming import differences
from tests.tools.test_convert_checkpoint import released
from tools import convert_checkpoint, export_onnx
from tools.data import make_dataset, make_demo
from tools.reproduction.execution import Plan, execute
from tools.reproduction.run import Run


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    """Data, and the training of a disk with space."""
    folder = tmp_path_factory.mktemp('full')
    write_features(folder, epochs=3, workers=0)
    finish(command(folder, 'whole'), folder, folder / 'whole.txt')
    return folder


def command(folder, name):
    return [*KINDS['training']().command(folder, folder / name), '--test']


def limit_files(size):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


@contextmanager
def limited_files(size):
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limit[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)


@pytest.mark.parametrize('size, named', [(2000, '.log'),
                                         (46_000, 'epoch_2.pth')])
def test_training(folder, size, named):
    """The log, and the checkpoint that says which one is best."""
    out = folder / named
    tool, *args = command(folder, named)
    done = subprocess.run(
        [sys.executable, ROOT / 'tools' / tool, *map(str, args)],
        env=dict(os.environ, FSDD=str(folder)),
        preexec_fn=lambda: limit_files(size),
        capture_output=True,
        text=True)
    text = done.stderr
    assert done.returncode == 1 and 'Traceback' not in text
    error = text[text.rindex('error: '):]
    assert 'File too large' in error and f"{named}'" in error
    assert error.count('\n') == 1
    assert not list(out.rglob('.*.draft'))
    finish(command(folder, named), folder, folder / f'{named}.txt')
    training = KINDS['training']()
    assert not differences(
        training.result(folder / 'whole'), training.result(out))
    for name in ('metrics.json', 'per_class.csv'):
        assert (out / 'test' /
                name).read_text() == (folder / 'whole' / 'test' /
                                      name).read_text()


def test_log_of_a_run(tmp_path):
    run = Run(tmp_path / 'none.py', (), 0, tmp_path)
    run.folder.mkdir(parents=True)
    run.log.symlink_to('/dev/full')
    with pytest.raises(OSError, match='No space left on device.*log.txt'):
        execute(run, Plan())


def test_data_set(tmp_path, monkeypatch):
    """The same command can run again."""
    for name in 'ab':
        (tmp_path / 'videos' / name).mkdir(parents=True)
        for i in range(10):
            (tmp_path / 'videos' / name / f'{name}{i}.mp4').touch()
    args = (tmp_path / 'videos', '--out', tmp_path / 'out')
    with limited_files(1200):
        _, problem = run_here(make_dataset.main, *args)
    assert 'File too large' in problem and str(tmp_path / 'out') in problem
    assert not (tmp_path / 'out').exists()
    assert run_here(make_dataset.main, *args)[1] is None


def test_demo(tmp_path):
    """A clip is larger. The same command goes on."""
    args = ('--out', tmp_path, '--head=1', '--tail=1', '--eval=1', '--size=32',
            '--frames', 16, 16, '--num-workers=1')
    with limited_files(2000):
        _, problem = run_here(make_demo.main, *args)
    assert 'wrote an incomplete file: is the disk full?' in problem
    assert str(tmp_path / 'videos') in problem and '.part' not in problem
    assert not os.listdir(tmp_path / 'videos')
    assert run_here(make_demo.main, *args)[1] is None


def test_converted_checkpoint(tmp_path):
    torch.save(released()[0], tmp_path / 'released.pth')
    out = tmp_path / 'out.pth'
    with limited_files(30_000):
        _, problem = run_here(convert_checkpoint.main,
                              tmp_path / 'released.pth', out)
    assert problem == f"error: [Errno 27] File too large: '{out}'"
    assert os.listdir(tmp_path) == ['released.pth']


@pytest.mark.parametrize('size', [100, 20_000])
def test_exported_model(folder, tmp_path, size):
    """The weights, and the model itself, which is larger."""
    pytest.importorskip('onnxscript')
    checkpoint = next((folder / 'whole').glob('best_*.pth'))
    args = (checkpoint, '--shape', 2, 9, 5, '--out', tmp_path / 'a.onnx')
    with limited_files(size):
        _, problem = run_here(export_onnx.main, *args)
    assert problem.startswith(f'error: {tmp_path}/a.onnx cannot be written: ')
    assert not os.listdir(tmp_path)
    assert run_here(export_onnx.main, *args)[1] is None
    assert sorted(
        os.listdir(tmp_path)) == ['a.classes.txt', 'a.onnx', 'a.onnx.data']
