import os
import signal
import time

import pytest

from projects_move.apis.prediction.worker_videos import (WorkerVideos,
                                                         handle_all)


class Numbers(WorkerVideos):
    """Numbers; some crash their process, some only the first times."""

    def __init__(self, keys, folder, crashes, num_workers=2):
        super().__init__(keys, min(num_workers, len(keys)))
        self.folder = folder
        self.crashes = crashes

    def items(self, video):
        for i in range(self.crashes.get(video, 0)):
            marker = self.folder / f'{video}-{i}'
            if not marker.exists():
                marker.touch()
                os.kill(os.getpid(), signal.SIGKILL)
        yield video, -video


def run(folder, crashes, **kwargs):
    return {
        key: crash or result
        for key, result, crash in handle_all(
            range(6), lambda keys: Numbers(keys, folder, crashes), iter, **
            kwargs)
    }


@pytest.mark.parametrize('tries', [2, 3])
def test_video_fails_after_so_many_crashes(tmp_path, tries):
    found = run(tmp_path, {2: tries - 1, 4: 99}, tries=tries)
    assert found.keys() == set(range(6))
    assert 'DataLoader worker' in found.pop(4)
    assert found == {key: -key for key in (0, 1, 2, 3, 5)}
    assert len(list(tmp_path.glob('4-*'))) == tries


class NumbersCrashAfterAnswer(Numbers):
    """Numbers whose crash comes when the results before it have arrived."""

    def items(self, video):
        while video in self.crashes and not (self.folder / 'arrived').exists():
            time.sleep(0.01)
        yield from super().items(video)


def test_stop_ends_the_work(tmp_path):
    seen = []
    for key, _, _ in handle_all(
            range(6),
            lambda keys: NumbersCrashAfterAnswer(keys, tmp_path, {3: 9}, 1),
            iter,
            is_stopping=lambda: len(seen) == 3):
        seen.append(key)
        if key == 2:
            (tmp_path / 'arrived').touch()
    assert seen == [0, 1, 2]  # the crash was the end of the work
