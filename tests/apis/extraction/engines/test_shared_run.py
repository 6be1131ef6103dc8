"""Division into units, runs, and the choice of an engine."""
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from projects_move.apis.extraction.engines import (LeaseEngine, RayEngine,
                                                   build_engine)
from projects_move.apis.extraction.engines.journal import Journal
from projects_move.apis.extraction.engines.shared_run import SharedRun
from projects_move.apis.extraction.engines.units import Units
from projects_move.apis.extraction.job import ExtractionJob, Outcome
from projects_move.apis.extraction.videos import Videos
from projects_move.errors import InputError
from tests.apis.extraction.engines.faults import make_videos


def test_division():
    videos = make_videos(10)
    units = Units(videos, 4)
    assert [units.videos(i).names.tolist() for i in range(len(units))] == [
        videos.names[:4].tolist(), videos.names[4:8].tolist(),
        videos.names[8:].tolist()
    ]
    mask = units.mask(videos.take(np.array([9, 5, 6])))
    assert units.with_any(mask) == [1, 2]
    assert units.indices(1, mask).tolist() == [1, 2]
    others = [
        Units(videos, 5),
        Units(make_videos(11), 4),
        Units(videos.take(np.arange(10)[::-1]), 4)
    ]
    assert len({units.digest(), *(each.digest() for each in others)}) == 4
    assert units.digest() == Units(make_videos(10), 4).digest()
    assert [
        Units(Videos(np.zeros(n, 'S1'), dict)).size
        for n in (0, 50000, 10**7 // 2)
    ] == [16, 50, 4096]


class Output:
    """Features of some videos."""

    def __init__(self, *names):
        self.names = {name.encode() for name in names}

    def missing(self, videos):
        return videos.take(
            np.array([name not in self.names for name in videos.names], bool))


def test_runs(tmp_path):
    """A run is joined until it is complete; the next tries the failures."""
    job, videos, output = ExtractionJob({}, [], tmp_path), make_videos(5), \
        Output('v0')
    run, other = (SharedRun(job, videos, output, 2) for _ in range(2))
    assert run.num_missing == 4 and run.todo == {0, 1, 2}
    assert other.journal.folder == run.journal.folder
    for unit in (0, 1, 2):
        run.journal.set_done(unit, [Outcome('v3', 'bad')] * (unit == 1))
    output = Output('v0', 'v1', 'v2')
    assert run.outcomes(1) == [Outcome('v2', ''), Outcome('v3', 'bad')]
    total = run.summary(output)
    assert total.num_videos == 5
    assert total.failures[0] == Outcome('v3', 'bad')
    # its shard was deleted: it has neither features nor a failure
    assert total.failures[1].name == 'v4' and len(total.failures) == 2
    assert 'run the same command again' in total.failures[1].problem
    run.journal.set_complete()
    again = SharedRun(job, videos, output, 2)
    assert again.todo == {1, 2} and not again.journal.state().done
    everything = SharedRun(job, videos, Output(*'v0 v1 v2 v3 v4'.split()), 2)
    assert not everything.todo and not everything.summary(output).failures[2:]


def test_faulty_arguments(tmp_path):

    def args(**kwargs):
        return SimpleNamespace(**dict(
            dict(
                engine='local',
                shard=None,
                unit_videos=None,
                lease_seconds=None,
                ray_workers=None), **kwargs))

    assert isinstance(build_engine(args(engine='lease')), LeaseEngine)
    for kwargs, message in ((dict(engine='lease', shard='0/2'),
                             '--shard needs --engine local, found'),
                            (dict(unit_videos=3),
                             '--unit-videos needs --engine lease or ray'),
                            (dict(engine='lease', ray_workers=3),
                             '--ray-workers needs --engine ray')):
        with pytest.raises(InputError, match=message):
            build_engine(args(**kwargs))
    (tmp_path / 'file').touch()
    with pytest.raises(InputError, match='cannot write into .*Not a directo'):
        Journal(tmp_path / 'file', 'digest')


def test_ray_that_is_not_installed(monkeypatch):
    monkeypatch.setitem(sys.modules, 'ray', None)
    with pytest.raises(InputError, match=r"pip install -e '.\[ray\]'"):
        RayEngine()
