"""Engine that divides the videos evenly between the ranks of a launcher."""
from typing import Callable, Iterator, Optional

from projects_move.apis.distributed import gather, shard_of_rank
from ..job import ExtractionJob, Outcome
from ..videos import Videos
from ..worker import ExtractionWorker
from .engine import Summary


class RankEngine:
    """One worker in this process, which is alone, a rank of torchrun, a task
    of ``srun``, or started by hand with a shard.

    Args:
        shard: ``i/n``, of which the ranks divide the videos between them.
    """

    def __init__(self, shard: Optional[str] = None) -> None:
        self.index, self.count = shard_of_rank(shard)

    def start(self, job: ExtractionJob, videos: Videos) -> int:
        prefix = '' if self.count == 1 else f'{self.index}-'
        self.worker = ExtractionWorker(job, prefix)
        own = videos.take(slice(self.index, None, self.count))
        self.missing = self.worker.output.missing(own)
        print(f'shard {self.index}/{self.count}: {len(self.missing)} of '
              f'{len(own)} videos to do, into {job.out}')
        return len(self.missing)

    def outcomes(self, is_stopping: Callable[[], bool]) -> Iterator[Outcome]:
        return self.worker.run(self.missing, is_stopping)

    def summary(self, own: Summary) -> Optional[Summary]:
        ranks = gather(own)
        if not ranks:
            return None
        return Summary(
            sum(each.num_videos for each in ranks),
            [failure for each in ranks for failure in each.failures])
