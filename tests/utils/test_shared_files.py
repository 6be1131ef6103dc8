"""Shared memory of workers that were killed."""
import multiprocessing
import os
import signal
from pathlib import Path

import pytest

from projects_move.utils import shared_files

CONTEXT = multiprocessing.get_context('fork')


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(shared_files, 'SHARED_MEMORY', tmp_path)
    return tmp_path


def worker(ready, cleanly):
    """As torch does: a file that is not deleted before a kill."""
    shared_files.mark_owner()
    Path(shared_files.SHARED_MEMORY, f'torch_{os.getpid()}_1_0').touch()
    ready.set()
    if not cleanly:
        signal.pause()


def start(cleanly=False):
    ready = CONTEXT.Event()
    process = CONTEXT.Process(target=worker, args=(ready, cleanly))
    process.start()
    ready.wait()
    return process


def test_files_of_a_killed_worker_only(folder):
    alive, killed = start(), start()
    others = {
        folder / 'torch_1_2_3', folder / 'projects_move_x',
        folder / f'torch_{killed.pid}0_1_0'
    }
    for path in others:
        path.touch()
    try:
        killed.kill()
        killed.join()
        shared_files.sweep_shared_files()
        assert set(folder.iterdir()) == others | {
            folder / f'projects_move_{alive.pid}',
            folder / f'torch_{alive.pid}_1_0'
        }
    finally:
        alive.kill()
        alive.join()
    shared_files.sweep_shared_files()
    assert set(folder.iterdir()) == others


def test_worker_that_ends_leaves_no_mark(folder):
    process = start(cleanly=True)
    process.join()
    assert {path.name
            for path in folder.iterdir()} == {f'torch_{process.pid}_1_0'}


def test_link_in_the_place_of_a_mark(folder, tmp_path_factory):
    target = tmp_path_factory.mktemp('other') / 'a'
    target.touch()
    (folder / 'projects_move_1').symlink_to(target)
    (folder / 'torch_1_2_3').touch()
    shared_files.sweep_shared_files()
    assert target.exists() and (folder / 'torch_1_2_3').exists()


def test_system_without_shared_memory(monkeypatch):
    monkeypatch.setattr(shared_files, 'SHARED_MEMORY', Path('/none'))
    shared_files.mark_owner()
    shared_files.sweep_shared_files()
