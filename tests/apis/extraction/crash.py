"""Transforms that crash the process of a decoder, or slow it down."""
import contextlib
import os
import signal
import time
from pathlib import Path

from mmaction.registry import TRANSFORMS


@TRANSFORMS.register_module()
class Crash:
    """Kills its process at one video: always, or until ``marker`` exists."""

    def __init__(self, name, marker=''):
        self.name = name
        self.marker = marker and Path(marker)

    def __call__(self, results):
        if results['video_id'] == self.name:
            if not self.marker or not self.marker.exists():
                time.sleep(.3)  # the videos before are on their way
                self.marker and self.marker.touch()
                os.kill(os.getpid(), signal.SIGKILL)
        return results


@TRANSFORMS.register_module()
class Sleep:
    """Waits ``SLEEP`` seconds of the environment at each video, and creates
    the file ``STARTED``. The first worker that creates the file
    ``SLOW_WORKER`` waits ten times as long."""

    def __init__(self):
        self.seconds = float(os.environ.get('SLEEP', 0))
        if os.environ.get('SLOW_WORKER') and self.seconds:
            path, own = Path(os.environ['SLOW_WORKER']), str(os.getpid())
            with contextlib.suppress(FileExistsError), open(path, 'x') as file:
                file.write(own)
            if path.read_text() == own:
                self.seconds *= 10

    def __call__(self, results):
        if 'STARTED' in os.environ:
            Path(os.environ['STARTED']).touch()
        time.sleep(self.seconds)
        return results
