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
