"""Processes of the tool, which tests kill."""
import multiprocessing
import os
import signal
import sys
import time
from contextlib import contextmanager
from pathlib import Path

# forks from a process that has imported the package, which takes seconds
CONTEXT = multiprocessing.get_context('forkserver')
CONTEXT.set_forkserver_preload([
    'mmaction.apis', 'mmaction.datasets', 'mmaction.models',
    'projects_move.apis.extraction.extract_videos', 'tools.extract_features'
])


def _main(args, environment, output):
    os.environ.update(environment, OMP_NUM_THREADS='1')
    multiprocessing.set_start_method(None, force=True)  # as in a shell
    file = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
    os.dup2(file, 1)
    os.dup2(file, 2)
    sys.argv = ['extract_features.py', *args]
    from tools.extract_features import main
    try:
        main()
    except SystemExit as stopped:  # multiprocessing prints another traceback
        if isinstance(stopped.code, str):
            print(stopped.code, file=sys.stderr)
        sys.stdout.flush()
        sys.stderr.flush()
        sys.exit(1 if isinstance(stopped.code, str) else stopped.code)


class Tool:
    """A running ``extract_features.py``."""

    def __init__(self, args, environment, output):
        self.output = Path(output)
        self.process = CONTEXT.Process(
            target=_main, args=([*map(str, args)], environment, str(output)))
        self.process.start()

    @property
    def text(self):
        return self.output.read_text() if self.output.exists() else ''

    @property
    def pid(self):
        return self.process.pid

    def is_alive(self):
        return self.process.is_alive()

    def send(self, number):
        os.kill(self.process.pid, number)

    def wait(self, seconds=200):
        """Exit status, negative after a signal."""
        self.process.join(seconds)
        assert self.process.exitcode is not None, f'hangs: {self.text}'
        return self.process.exitcode


@contextmanager
def tools(folder):
    """Function that starts the tool; what still runs is killed at the end."""
    started = []

    def start(*args, **environment):
        tool = Tool(args, {
            name: str(value)
            for name, value in environment.items()
        }, folder / f'output-{len(started)}.txt')
        started.append(tool)
        return tool

    try:
        yield start
    finally:
        for tool in started:
            if tool.is_alive():
                tool.send(signal.SIGKILL)
                tool.wait()


def descendants(pid):
    """Processes below a process: names of their commands by pid."""
    parents, commands = {}, {}
    for entry in Path('/proc').iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / 'stat').read_text()
                line = (entry / 'cmdline').read_bytes()
            except OSError:  # it has ended
                continue
            fields = stat.rpartition(')')[2].split()
            if fields[0] != 'Z':
                parents[int(entry.name)] = int(fields[1])
                commands[int(entry.name)] = line.decode(errors='replace')
    found = {pid}
    while True:
        more = {child for child, parent in parents.items() if parent in found}
        if more <= found:
            return {each: commands[each] for each in found if each != pid}
        found |= more


def wait_for(condition, seconds=100):
    """Wait until a condition holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, 'waited in vain'
        time.sleep(.02)
