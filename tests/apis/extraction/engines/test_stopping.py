"""SIGTERM: an engine finishes the batch in hand, and the same command
continues."""
import os
import signal
import subprocess
import sys
import time

import pytest

from projects_move.utils.stop_signal import REQUEUE
from tests.apis.extraction.engines.faults import (arguments, failed, features,
                                                  write_data)
from tests.apis.extraction.engines.processes import tools, wait_for
from tools import extract_features

SIZE = 16
ENGINES = {
    'local': (),
    'lease': ('--engine', 'lease', '--unit-videos', 8),
    'ray': ('--engine', 'ray', '--unit-videos', 8, '--ray-workers', 1)
}


@pytest.fixture
def folder(tmp_path):
    write_data(tmp_path, SIZE)
    return tmp_path


def assert_complete(folder, text):
    assert failed(text) == ['text'] and ' videos failed' in text, text
    assert set(features(folder / 'out')) == {f'v{i}' for i in range(SIZE)}


@pytest.mark.parametrize(
    'engine', ['local', 'lease',
               pytest.param('ray', marks=pytest.mark.ray)])
def test_engine(folder, engine):
    if engine == 'ray':
        pytest.importorskip('ray.data')
    args = arguments(
        folder,
        'out',
        '--num-workers',
        0,
        '--batch-size',
        4,
        *ENGINES[engine],
        config='config.py')
    environment = dict(DEMO=folder, RAY_ADDRESS='local', STARTED=folder / 'on')
    with tools(folder) as start:
        tool = start(*args, SLEEP=.5, **environment)
        wait_for((folder / 'on').exists)
        time.sleep(2)
        began = time.monotonic()
        tool.send(signal.SIGTERM)
        assert tool.wait() == REQUEUE, tool.text
        seconds = time.monotonic() - began
        assert 'stopped by a signal: the same command continues' in tool.text
        assert not failed(tool.text)
        done = features(folder / 'out')
        assert 2 <= len(done) < SIZE - 2 and seconds < 30
        shards = set((folder / 'out').glob('*.bin'))
        tool = start(*args, SLEEP=0, **environment)
        assert tool.wait() == 1
        assert_complete(folder, tool.text)
        # what was done is not done again, and no crash is suspected
        assert shards < set((folder / 'out').glob('*.bin'))
        assert f'{SIZE + 1 - len(done)} of {SIZE + 1} videos to do' \
            in tool.text
        assert not list(folder.rglob('*.videos'))


def test_ranks(folder):
    """SIGTERM to torchrun reaches all ranks."""
    command = [
        sys.executable, '-W', 'ignore', '-m', 'torch.distributed.run',
        '--standalone', '--nproc_per_node', '2', extract_features.__file__,
        *arguments(
            folder, 'out', '--num-workers', 0, '--batch-size', 4,
            config='config.py')
    ]  # yapf: disable

    def start(sleep, output):
        return subprocess.Popen([*map(str, command)],
                                env=dict(
                                    os.environ,
                                    DEMO=str(folder),
                                    STARTED=str(folder / 'on'),
                                    SLEEP=str(sleep),
                                    OMP_NUM_THREADS='1',
                                    PYTHONPATH=os.pathsep.join(sys.path)),
                                stdout=output,
                                stderr=subprocess.STDOUT)

    with open(folder / 'first.txt', 'w') as output:
        launcher = start(.5, output)
        try:
            wait_for((folder / 'on').exists)
            time.sleep(2)
            launcher.terminate()
            assert launcher.wait(60) != 0
        finally:
            launcher.kill()
    text = (folder / 'first.txt').read_text()
    assert text.count('stopped by a signal') == 2, text
    done = features(folder / 'out')
    assert 2 <= len(done) < SIZE - 2
    with open(folder / 'second.txt', 'w') as output:
        assert start(0, output).wait(100) == 1
    assert_complete(folder, (folder / 'second.txt').read_text())
