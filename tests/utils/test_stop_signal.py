import os
import signal
import subprocess
import sys

import pytest

from projects_move.utils.stop_signal import stop_requested


@pytest.mark.parametrize('number', [signal.SIGTERM, signal.SIGUSR1])
def test_signals_are_noticed(number):
    before = signal.getsignal(number)
    with stop_requested() as is_stopping:
        assert not is_stopping()
        os.kill(os.getpid(), number)
        assert is_stopping()
    assert signal.getsignal(number) is before
    with stop_requested() as is_stopping:
        assert not is_stopping()


def test_second_sigterm_ends_the_process():
    code = ('import os, signal, time\n'
            'from projects_move.utils.stop_signal import stop_requested\n'
            'with stop_requested():\n'
            '    os.kill(os.getpid(), signal.SIGTERM)\n'
            '    print("first", flush=True)\n'
            '    os.kill(os.getpid(), signal.SIGTERM)\n'
            '    print("second", flush=True)\n')
    done = subprocess.run([sys.executable, '-W', 'ignore', '-c', code],
                          capture_output=True,
                          text=True)
    assert done.stdout == 'first\n' and done.returncode == -signal.SIGTERM


def test_worker_obeys_its_parent_only():
    code = ('import multiprocessing, os, signal, subprocess, sys, time\n'
            'from projects_move.utils.stop_signal import obey_parent_only\n'
            'def work(end):\n'
            '    obey_parent_only()\n'
            '    end.send(os.getpid())\n'
            '    end.recv()\n'
            '    end.send("alive")\n'
            '    time.sleep(1000)\n'
            'ours, theirs = multiprocessing.Pipe()\n'
            'worker = multiprocessing.get_context("fork").Process(\n'
            '    target=work, args=(theirs, ))\n'
            'worker.start()\n'
            'pid = ours.recv()\n'
            'for name in ("TERM", "INT", "USR1"):\n'
            '    subprocess.run(["kill", f"-{name}", str(pid)], check=True)\n'
            'ours.send("go on")\n'
            'print(ours.recv())\n'
            'worker.terminate()\n'
            'worker.join()\n'
            'print(worker.exitcode)\n')
    done = subprocess.run([sys.executable, '-W', 'ignore', '-c', code],
                          capture_output=True,
                          text=True,
                          timeout=100)
    assert done.stdout == 'alive\n0\n', done.stderr
