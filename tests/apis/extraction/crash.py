"""Transform that crashes the process of a decoder."""
import os
import signal
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
                self.marker and self.marker.touch()
                os.kill(os.getpid(), signal.SIGKILL)
        return results
