"""Leases and the journal, in one process and with a suspended node."""
import errno
import os
import signal
from types import SimpleNamespace

import numpy as np
import pytest

from projects_move.apis.extraction.engines.journal import Attempts, Journal
from projects_move.apis.extraction.engines.lease import Lease, LeaseClock
from projects_move.apis.extraction.engines.unit_run import run_unit
from projects_move.apis.extraction.job import Outcome
from tests.apis.extraction.engines.faults import (arguments, failed, features,
                                                  make_videos, write_data)
from tests.apis.extraction.engines.processes import tools, wait_for


@pytest.fixture
def journal(tmp_path):
    journal = Journal(tmp_path, 'digest')
    journal.open()
    return journal


class FakeWorker:
    """Worker that notes the calls, and crashes at some videos."""

    def __init__(self, crashing=(), tries=2):
        self.job = SimpleNamespace(tries=tries)
        self.output = SimpleNamespace(commit=lambda: self.calls.append('|'))
        self.crashing = crashing
        self.calls = []

    def run(self, videos, is_stopping):
        yield from self.extract(videos, is_stopping)
        self.output.commit()

    def extract(self, videos, is_stopping):
        for name in map(videos.name, range(len(videos))):
            if is_stopping():
                return
            self.calls.append(name)
            if name in self.crashing:
                raise KeyboardInterrupt
            yield Outcome(name, 'bad' if name == 'v1' else '')


def attempt(journal, worker, videos, is_stopping=lambda: False, killed=True):
    """Attempt at unit 0; one that is killed leaves no end."""
    earlier = journal.state().of(0)
    assert journal.begin(0, earlier.count)
    lease = Lease(journal, 0, earlier.count, 100)
    found = []
    try:
        for outcome in run_unit(worker, videos, np.arange(len(videos)), lease,
                                earlier.num_crashes, is_stopping):
            found.append(outcome)
    except KeyboardInterrupt:
        if killed:  # as SIGKILL, after which nothing is written
            path = journal.path(0, earlier.count)
            (path.parent / f'{path.name}.ended').unlink()
            events = path.parent / f'{path.name}.videos'
            if events.exists():
                lines = events.read_text().splitlines(keepends=True)
                events.write_text(''.join(lines[:-1]))
    return found


def test_a_crash_is_pinned_to_its_video(journal):
    """Crash of the unit, two of the video, which comes last; then it has
    failed, and no other video has."""
    videos, calls = make_videos(4), []
    for _ in range(3):
        worker = FakeWorker(['v2'])
        attempt(journal, worker, videos)
        calls.append(''.join(worker.calls))
        assert not journal.is_done(0)
    assert calls == ['v0v1v2', 'v0v1v2|', 'v0v1v3|v2|']
    worker = FakeWorker(['v2'])
    found = attempt(journal, worker, videos)
    failure = Outcome('v2', 'its worker process crashed or was killed 2 times')
    assert worker.calls == ['v0', 'v1', 'v3', '|']
    assert found[-1] == failure and len(found) == 4
    assert journal.failures(0) == [Outcome('v1', 'bad'), failure]


def test_an_orderly_end_is_no_crash(journal):
    videos, answers = make_videos(4), iter([False, False, True])
    assert len(attempt(journal, FakeWorker(), videos,
                       lambda: next(answers))) == 2
    assert not journal.is_done(0)
    assert journal.state().of(0) == Attempts(1, {0})
    attempt(journal, FakeWorker(['v2']), videos, killed=False)  # an error
    assert journal.state().of(0).num_crashes == 0
    worker = FakeWorker()
    assert len(attempt(journal, worker, videos)) == 4
    assert worker.calls == ['v0', 'v1', 'v2', 'v3', '|']
    assert journal.failures(0) == [Outcome('v1', 'bad')]


def test_full_disk_is_no_fault_of_a_video(journal):
    worker, videos = FakeWorker(), make_videos(4)
    reason = os.strerror(errno.ENOSPC)
    worker.run = lambda videos, is_stopping: (
        Outcome(name, f'OSError: [Errno 28] {reason}') for name in 'ab')
    with pytest.raises(OSError, match=reason):
        attempt(journal, worker, videos)
    assert not journal.is_done(0) and journal.state().of(0).is_free
    assert journal.state().of(0).num_crashes == 0


def test_one_worker_has_an_attempt(journal):
    assert journal.begin(3, 0) and not journal.begin(3, 0)
    assert not journal.state().of(3).is_free
    journal.end(3, 0)
    assert journal.state().of(3).is_free
    assert journal.begin(3, 1) and not journal.begin(3, 1)
    assert journal.state().of(3) == Attempts(2, {0})


def test_lost_lease_is_noticed(journal):
    """A worker that was suspended does not report a unit of another."""
    journal.begin(0, 0)
    lease, worker = Lease(journal, 0, 0, .04), FakeWorker()
    steps = run_unit(worker, make_videos(4), np.arange(4), lease, 0,
                     lambda: False)
    next(steps)
    assert lease.check()
    journal.begin(0, 1)
    wait_for(lambda: lease.is_lost)
    assert not list(steps) and worker.calls == ['v0', '|']
    assert not journal.is_done(0)


def test_expiry_follows_the_clock_of_the_file_system(journal, monkeypatch):
    monkeypatch.setattr('time.time', lambda: 1e12)
    journal.begin(0, 0)
    clock = LeaseClock(journal, 'node', 10)
    assert not clock.has_expired(0, 0)
    now = journal.path(0, 0).stat().st_mtime
    for age, expired in ((9, False), (11, True), (-100, False)):
        os.utime(journal.path(0, 0), (now - age, now - age))
        assert clock.has_expired(0, 0) == expired
    clock.close()
    assert {path.name for path in journal.folder.iterdir()} == {'0.0'}


def test_heartbeats_keep_a_lease(journal):
    journal.begin(0, 0)
    path = journal.path(0, 0)
    with Lease(journal, 0, 0, .04).held():
        os.utime(path, (0, 0))
        wait_for(lambda: path.stat().st_mtime > 0)


def test_torn_journal(journal):
    (journal.folder / '0.0.videos').write_text('start 1\nend 1\nstart 2\nsta')
    (journal.folder / '0.1.videos').write_text('start 2\n\0\0\0\nstart 3\n')
    assert journal.crashes(0, 2) == {2: 2, 3: 1}


def test_names_survive_the_journal(journal):
    failures = [Outcome('\udcff\n"ü', 'a\nb')]
    journal.set_done(7, failures)
    assert journal.failures(7) == failures
    assert journal.state().done == {7}


def test_suspended_node(tmp_path):
    """Its lease is taken over; it wakes, and both report the same."""
    write_data(tmp_path, 12)
    args = arguments(
        tmp_path,
        'out',
        '--num-workers',
        0,
        '--engine',
        'lease',
        '--unit-videos',
        6,
        '--lease-seconds',
        2,
        config='config.py')
    with tools(tmp_path) as start:
        first = start(*args, DEMO=tmp_path, SLEEP=.3, STARTED=tmp_path / 'on')
        wait_for((tmp_path / 'on').exists)
        first.send(signal.SIGSTOP)
        second = start(*args, DEMO=tmp_path)
        assert second.wait() == 1 and failed(second.text) == ['text']
        first.send(signal.SIGCONT)
        assert first.wait() == 1 and failed(first.text) == ['text']
    assert set(features(tmp_path / 'out')) == {f'v{i}' for i in range(12)}
