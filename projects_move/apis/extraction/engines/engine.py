"""Interface of the engines of an extraction."""
from typing import Callable, Iterator, List, NamedTuple, Optional, Protocol

from ..job import ExtractionJob, Outcome
from ..videos import Videos


class Summary(NamedTuple):
    """Result of an extraction.

    Attributes:
        num_videos: Number of videos that were to do.
        failures: Videos that failed.
    """
    num_videos: int
    failures: List[Outcome]


class Engine(Protocol):
    """Divides the videos of a job between workers."""

    def start(self, job: ExtractionJob, videos: Videos) -> int:
        """Prepare the work; returns the number of videos without features
        that this process knows of.

        Args:
            job: Settings.
            videos: All videos of the job, the same in each process.
        """

    def outcomes(self, is_stopping: Callable[[], bool]) -> Iterator[Outcome]:
        """Extract the videos without features.

        Args:
            is_stopping: Whether the workers finish the batch in hand and end.

        Yields:
            Outcome of each video that this process knows of.
        """

    def summary(self, own: Summary) -> Optional[Summary]:
        """Result of all workers, None in a process that does not report it.

        Args:
            own: Result of this process.
        """
