"""Run of all workers over a list of videos, as each of them knows it."""
from typing import List, Optional, Union

import numpy as np

from ..feature_outputs import FeatureFolder, FeatureStore
from ..job import ExtractionJob, Outcome
from ..videos import Videos
from .engine import Summary
from .journal import Journal
from .units import Units

Output = Union[FeatureFolder, FeatureStore]
NO_FEATURES = 'has no features, which were removed after they were written: ' \
    'run the same command again'


class SharedRun:
    """Units, journal, and the videos that had no features at the start. It
    can be pickled.

    Args:
        job: Settings.
        videos: All videos, the same in each process.
        output: Output of the job.
        unit_videos: Number of videos of a unit; None chooses it.

    Attributes:
        missing: Whether each video had no features, bool ``(N,)``.
        todo: Units with such videos, of which this process does not know
            that they are done.
    """

    def __init__(self, job: ExtractionJob, videos: Videos, output: Output,
                 unit_videos: Optional[int]) -> None:
        self.units = Units(videos, unit_videos)
        # before the look for features, so that a run is joined that ends
        # between them
        self.journal = Journal(job.out, self.units.digest())
        self.missing = self.units.mask(output.missing(videos))
        self.todo = set(self.units.with_any(self.missing))
        if self.todo:
            self.journal.open()

    def __str__(self) -> str:
        return (f'{self.num_missing} of {len(self.missing)} videos to do, in '
                f'{len(self.todo)} units')

    @property
    def num_missing(self) -> int:
        """Number of videos that had no features at the start."""
        return int(self.missing.sum())

    def indices(self, unit: int, output: Output, attempt: int) -> np.ndarray:
        """Indices of the videos of a unit that have no features, int64.

        Args:
            attempt: Number of the attempt at the unit. Before the first one,
                the videos at the start of this process are still the same.
        """
        indices = self.units.indices(unit, self.missing)
        if attempt:
            videos = self.units.videos(unit)
            rows = output.missing(videos.take(indices)).rows
            indices = indices[np.isin(videos.rows[indices], rows)]
        return indices

    def outcomes(self, unit: int) -> List[Outcome]:
        """Outcomes of a unit that is done."""
        problems = dict(self.journal.failures(unit))
        videos = self.units.videos(unit).take(
            self.units.indices(unit, self.missing))
        names = map(videos.name, range(len(videos)))
        return [Outcome(name, problems.get(name, '')) for name in names]

    def summary(self, output: Output) -> Summary:
        """Failures of all workers, after all units are done."""
        without = output.missing(self.units.all_videos.take(self.missing))
        problems = {}
        for unit in self.units.with_any(self.units.mask(without)):
            problems.update(self.journal.failures(unit))
        names = map(without.name, range(len(without)))
        return Summary(
            len(self.missing),
            [Outcome(name, problems.get(name, NO_FEATURES)) for name in names])
