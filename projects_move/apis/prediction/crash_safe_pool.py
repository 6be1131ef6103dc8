"""Pool of processes for a check of files, which outlives their crashes."""
from typing import Any, Callable, Iterator, List, Sequence, Tuple

from .worker_videos import WorkerVideos, handle_all, in_order


class CrashSafePool:
    """Replacement of ``multiprocessing.Pool``, whose ``imap`` waits for ever
    for a video that crashes its process.

    Args:
        num_workers: Processes; 0 is this process.
    """

    def __init__(self, num_workers: int) -> None:
        self.num_workers = num_workers

    def __enter__(self) -> 'CrashSafePool':
        return self

    def __exit__(self, *error) -> None:
        """The processes end with each call of :meth:`imap`."""

    def imap(self, function: Callable[[dict], Any],
             infos: Sequence[dict]) -> Iterator:
        """Results of a function of data infos, in their order.

        The result for a video that crashes its process is the problem, a
        text.

        Args:
            function: Function that returns a problem, or for features any
                result.
            infos: Data infos.
        """

        def load(keys: List[int]) -> _Results:
            return _Results(function, infos, keys,
                            min(self.num_workers, len(keys)))

        def results() -> Iterator[Tuple[int, Any]]:
            for key, result, crash in handle_all(
                    range(len(infos)), load, iter):
                if isinstance(result, Exception):
                    raise result
                yield key, _crash_problem(infos[key], crash) if crash \
                    else result

        for _, result in in_order(results()):
            yield result


class _Results(WorkerVideos):
    """Key and result, or exception, of each data info."""

    def __init__(self, function: Callable[[dict], Any], infos: Sequence[dict],
                 keys: List[int], num_workers: int) -> None:
        super().__init__(keys, num_workers)
        self.function = function
        self.infos = infos

    def items(self, video: int) -> Iterator[Tuple[int, Any]]:
        try:
            yield video, self.function(self.infos[video])
        except Exception as error:  # raised again by the pool
            yield video, error


def _crash_problem(info: dict, crash: str) -> str:
    kind = f"video file {info['filename']} crashes its decoder" \
        if 'filename' in info else \
        f"feature file {info['feature_path']} crashes its reader"
    return f"{kind}: {crash} (line {info.get('line')} of the list)"
