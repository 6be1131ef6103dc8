"""Packed stores of many videos without frames: opening, growth, look-ups."""
import os
from pathlib import Path
from typing import Callable, List, Optional

import numpy as np

from projects_move.apis.extraction.feature_outputs import FeatureStore
from projects_move.apis.extraction.video_sources import find_videos
from projects_move.apis.extraction.videos import Videos
from projects_move.datasets.features.packed_store import PackedStore
from projects_move.datasets.features.shard_index import SUFFIX, encode_index
from projects_move.datasets.features.shard_writer import ShardWriter
from .harness import Case

SHARD_VIDEOS = 1000
FRAMES, CHANNELS = 150, 2048
BATCH = 128


class SimulatedStore:
    """Store of videos of 150 frames, a thousand in a shard. The names have 40
    bytes, one has 250. The frames are holes of sparse files.

    Args:
        folder: Folder of the store, which is created.
        videos: Number of videos.
    """

    def __init__(self, folder: Path, videos: int) -> None:
        self.folder, self.videos = folder, videos
        self.header = ShardWriter(folder, 'float16', CHANNELS).header
        for number in range(0, videos, SHARD_VIDEOS):
            self.add_shard(
                self.names(number, min(number + SHARD_VIDEOS, videos)))

    def names(self, first: int, last: int) -> List[bytes]:
        names = [
            b'dataset/class_name/video_%011d.mp4' % i
            for i in range(first, last)
        ]
        if first == 0:
            names[0] = names[0][:-4].ljust(246, b'x') + b'.mp4'
        return names

    def add_shard(self, names: List[bytes]) -> None:
        """Write an index and its sparse file of frames."""
        index, trailer = encode_index([(name, FRAMES * i, FRAMES, 0)
                                       for i, name in enumerate(names)],
                                      self.header)
        shard = self.folder / names[-1].decode()[-15:-4]
        with open(f'{shard}.bin', 'wb') as file:
            file.truncate(len(names) * FRAMES * self.header.frame_bytes)
            file.seek(0, os.SEEK_END)
            file.write(trailer)
        Path(f'{shard}{SUFFIX}').write_bytes(index)

    def missing_videos(self) -> Videos:
        """Videos that an extraction of the list begins with: those of one more
        shard."""
        found = find_videos(self._list_file(), self.folder)
        return FeatureStore(self.folder, 'float16').missing(found.videos)

    def _list_file(self) -> Path:
        """List of the videos without the one of a long name, and of one shard
        more."""
        path = self.folder / 'list.txt'
        if not path.exists():
            names = self.names(1, self.videos + SHARD_VIDEOS)
            path.write_bytes(b' 0\n'.join([*names, b'']))
            video = self.folder / os.fsdecode(names[0])
            video.parent.mkdir(parents=True)
            video.touch()
        return path

    def sizes(self) -> dict:
        """Numbers of videos and files, and the memory of the index and of the
        start of an extraction."""
        opened = []
        peak = peak_megabytes(lambda: opened.append(PackedStore(self.folder)))
        return dict(
            videos=len(opened[0]),
            files=len(os.listdir(self.folder)),
            index_megabytes=sum(
                value.nbytes
                for part in (opened[0]._index, opened[0]._index.names)
                for value in vars(part).values()
                if isinstance(value, np.ndarray)) // 2**20,
            peak_megabytes=peak,
            start_megabytes=peak_megabytes(self.missing_videos))


def store_cases(stores: List[SimulatedStore]) -> List[Case]:
    """Costs of a store by its number of videos."""
    opening, start, all_names, growth, batches = ({} for _ in range(5))
    for simulated in stores:
        key = f'{simulated.videos:,} videos'
        opening[key] = lambda folder=simulated.folder: _no_value(
            PackedStore(folder))
        start[key] = _start(simulated)
        store = PackedStore(simulated.folder)
        names = simulated.names(0, simulated.videos)
        np.random.default_rng(0).shuffle(names)
        all_names[key] = _find(store, names)
        batches[key] = _find(store, np.array(names[1:BATCH + 1]), 100)
        growth[key] = _grow(simulated, store)
    return [
        Case('opening a store', opening),
        Case('start of an extraction', start),
        Case('looking up all names', all_names),
        Case(f'{BATCH} names, a hundred times', batches),
        Case('one more shard', growth)
    ]


def _start(simulated: SimulatedStore) -> Callable[[], None]:

    def run() -> None:
        if not SHARD_VIDEOS <= len(simulated.missing_videos()):
            raise RuntimeError('missing videos are not found')

    return run


def _find(store: PackedStore, names, times: int = 1) -> Callable[[], None]:

    def run() -> None:
        for _ in range(times):
            if (store.locate(names) < 0).any():
                raise RuntimeError('a video is not found')

    return run


def _grow(simulated: SimulatedStore, store: PackedStore) -> Callable[[], None]:
    """Function that adds a shard and refreshes the store."""

    def run() -> None:
        first = len(store)
        simulated.add_shard(simulated.names(first, first + SHARD_VIDEOS))
        if not store.refresh():
            raise RuntimeError('the shard is not found')

    return run


def _no_value(_: object) -> None:
    """The harness takes a value for a time."""


def peak_megabytes(run: Callable[[], None]) -> Optional[int]:
    """Memory that a run adds to that of the process; None without Linux."""
    if not Path('/proc/self/clear_refs').exists():
        return None

    def status(key: str) -> int:
        lines = Path('/proc/self/status').read_text().splitlines()
        line = next(line for line in lines if line.startswith(key))
        return int(line.split()[1]) // 1024

    before = status('VmRSS')
    Path('/proc/self/clear_refs').write_text('5')  # resets the peak
    run()
    return status('VmHWM') - before
