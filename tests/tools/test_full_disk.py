"""Trainings on a disk that is full, which go on when there is space.

A limit on the size of a file raises the error that a full disk raises, at the
first file that is larger.
"""
import os
import resource
import subprocess
import sys

import pytest

# imported once for all processes
import projects_move.apis.training.cli  # noqa: F401
from tests.in_process import run_tool as run_here
from tests.killed_tools import KINDS, ROOT, write_features
from tests.kills import finish
from tests.resuming import differences
from tools.data import make_dataset
from tools.reproduction.runs import Plan, Run, execute


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
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1200, limit[1]))
    try:
        _, problem = run_here(make_dataset.main, *args)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    assert 'File too large' in problem and str(tmp_path / 'out') in problem
    assert not (tmp_path / 'out').exists()
    assert run_here(make_dataset.main, *args)[1] is None
