"""The same faults under each engine: workers killed at random, a video that
crashes its worker, a file that is no video, and a slow worker.

    FAULT_VIDEOS=120 FAULT_KILLS=25 FAULT_TRIES=8 FAULT_SEED=1 \\
        python -m pytest tests/apis/extraction/engines/test_faults.py

A good video that is killed alone as often as FAULT_TRIES says counts as
failed, so more kills need more tries.
"""
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress

import pytest

from tests.apis.extraction.engines.faults import (POISON, arguments,
                                                  assert_as_without_faults,
                                                  failed, features, write_data)
from tests.apis.extraction.engines.processes import (descendants, tools,
                                                     wait_for)
from tools import extract_features

KILLED = -signal.SIGKILL
TRIES = int(os.environ.get('FAULT_TRIES', 3))


@pytest.fixture(scope='module')
def size():
    return int(os.environ.get('FAULT_VIDEOS', 24))


@pytest.fixture(scope='module')
def folder(tmp_path_factory, size):
    folder = tmp_path_factory.mktemp('faults')
    write_data(folder, size)
    return folder


@pytest.fixture(scope='module')
def expected(folder):
    """Features of a run without faults."""
    with tools(folder) as start:
        tool = start(
            *arguments(
                folder, 'plain', '--num-workers', 0, config='config.py'),
            DEMO=folder)
        assert tool.wait() == 1 and failed(tool.text) == ['text'], tool.text
    return features(folder / 'plain')


@pytest.fixture
def kills():
    return int(os.environ.get('FAULT_KILLS', 3))


@pytest.fixture
def draws():
    return random.Random(int(os.environ.get('FAULT_SEED', 0)))


@pytest.fixture
def start(tmp_path):
    with tools(tmp_path) as start:
        yield start


@pytest.fixture
def check(folder, expected, size):
    """Compare a store and the printed text with a run without faults."""

    def check(out, *texts):
        for text in texts:
            assert sorted(set(failed(text))) == ['text', POISON], text
            assert ' videos failed' in text
        assert_as_without_faults(folder / out, expected, size)

    return check


def kill(pid):
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def kill_decoders(pid, kills, draws):
    """Kill some of the decoding processes of a worker, at random."""
    for _ in range(kills):
        time.sleep(draws.uniform(.1, .5))
        decoders = sorted(descendants(pid))
        if decoders:
            kill(draws.choice(decoders))


def test_local(folder, start, check, kills, draws):
    """Decoders are killed, then the process itself."""
    args = arguments(folder, 'local', '--num-workers', 2, '--tries', 2 + kills)
    tool = start(*args, DEMO=folder, SLEEP=.1)
    wait_for(lambda: descendants(tool.pid) or not tool.is_alive())
    kill_decoders(tool.pid, kills, draws)
    assert tool.is_alive(), tool.text
    kill(tool.pid)
    assert tool.wait() == KILLED
    tool = start(*args, DEMO=folder)
    assert tool.wait() == 1
    check('local', tool.text)


def test_torchrun(folder, check, kills, draws, tmp_path):
    """Decoders are killed, then a rank; torchrun starts both ranks again."""
    command = [
        sys.executable, '-W', 'ignore', '-m', 'torch.distributed.run',
        '--standalone', '--nproc_per_node', '2',
        '--max-restarts', '1', extract_features.__file__, *arguments(
            folder, 'torchrun', '--num-workers', 1, '--tries', 2 + kills)
    ]
    output = tmp_path / 'output.txt'
    with open(output, 'w') as file:
        launcher = subprocess.Popen([*map(str, command)],
                                    env=dict(
                                        os.environ,
                                        DEMO=str(folder),
                                        SLEEP='.1',
                                        SLOW_WORKER=str(tmp_path / 'slow'),
                                        OMP_NUM_THREADS='1',
                                        PYTHONPATH=os.pathsep.join(sys.path)),
                                    stdout=file,
                                    stderr=file)
        try:
            wait_for(lambda: 'shard 1/2' in output.read_text())
            rank = next(
                pid for pid in descendants(launcher.pid) if descendants(pid))
            kill_decoders(rank, kills, draws)
            kill(rank)
            assert launcher.wait(200) == 1
        finally:
            launcher.kill()
    text = output.read_text()
    assert text.count('shard 1/2') >= 2, text
    check('torchrun', text)


def test_leases(folder, start, check, kills, draws, tmp_path):
    """Nodes are killed at random and by the video; others join."""

    def join():
        return start(
            *arguments(folder, 'leases', '--num-workers', 0, '--engine',
                       'lease', '--unit-videos', 4, '--lease-seconds', 4,
                       '--tries', TRIES),
            DEMO=folder,
            SLEEP=.1,
            SLOW_WORKER=tmp_path / 'slow')

    nodes = [join() for _ in range(3)]
    ended = []
    while nodes:
        time.sleep(draws.uniform(.2, 1))
        if kills and len(nodes) > 1:
            kills -= 1
            kill(draws.choice(nodes).pid)
        for node in [node for node in nodes if not node.is_alive()]:
            nodes.remove(node)
            if node.wait() == KILLED:
                nodes.append(join())
            else:
                ended.append(node)
    assert {node.wait() for node in ended} == {1}
    check('leases', *[node.text for node in ended])
    text = f'{POISON}: its worker process crashed or was killed {TRIES} times'
    assert all(text in node.text for node in ended)


@pytest.mark.ray
def test_ray(folder, start, check, kills, draws, tmp_path):
    """Actors are killed at random and by the video."""
    pytest.importorskip('ray.data')
    tool = start(
        *arguments(folder, 'ray', '--num-workers', 0, '--engine', 'ray',
                   '--unit-videos', 4, '--ray-workers', 2, '--tries', TRIES),
        DEMO=folder,
        SLEEP=.1,
        SLOW_WORKER=tmp_path / 'slow',
        RAY_ADDRESS='local')
    while tool.is_alive() and kills:
        time.sleep(draws.uniform(1, 3))
        actors = [
            pid for pid, command in descendants(tool.pid).items()
            if command.startswith('ray::MapWorker')
        ]
        if actors and list((folder / 'ray').glob('*.bin')):
            kills -= 1
            kill(draws.choice(actors))
    assert tool.wait(400) == 1, tool.text
    check('ray', tool.text)
    assert '(raylet)' not in tool.text and 'core_worker' not in tool.text
