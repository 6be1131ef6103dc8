"""Reading of features: a video, a batch, and a worker of a data loader.

The textbook form reads whole float32 files, the format of the authors. The
files are in the page cache. With ``--cold`` they are dropped from it before
each run.
"""
import argparse
import os
import random
import tempfile
import time
from pathlib import Path
from typing import Callable, List

from torch.utils.data import DataLoader

from .arguments import Sizes
from .feature_files import OurVideos, TextbookVideos, write_features
from .harness import Case
from .implementations import Workload
from .report import measure

SOURCES = {
    'ours, .npy float32': 'float32',
    'ours, .npy float16': 'float16',
    'ours, packed float16': 'store'
}


def run(args: argparse.Namespace) -> None:
    work = Workload(Sizes.from_args(args))
    with tempfile.TemporaryDirectory(dir=args.folder) as folder:
        cases = make_cases(Path(folder), work, args)
        measure(
            args, cases, {},
            dict(
                vars(work.sizes),
                videos=args.videos,
                stored_frames=args.stored_frames,
                cold=args.cold))


def make_cases(folder: Path, work: Workload,
               args: argparse.Namespace) -> List[Case]:
    names = write_features(folder, args.videos, args.stored_frames, work)
    textbook = TextbookVideos(folder, names, work)
    ours = {
        variant: OurVideos(folder, source, work)
        for variant, source in SOURCES.items()
    }
    files = [path for path in folder.rglob('*') if path.is_file()]
    order, batch = list(range(len(names))), work.sizes.batch

    def pass_over(read: Callable[[List[int]], None], size: int) -> Callable:
        """Function that reads all videos, in another order in each call."""

        def read_all():
            random.shuffle(order)
            if args.cold:
                for data in ours.values():
                    data.close_files()
                drop_from_page_cache(files)
            start = time.perf_counter()
            for i in range(0, len(order) - size + 1, size):
                read(order[i:i + size])
            return time.perf_counter() - start if args.cold else None

        return read_all

    videos = {
        'textbook': pass_over(textbook.batch, 1),
        **{
            variant: pass_over(lambda index, data=data: data[index[0]], 1)
            for variant, data in ours.items()
        }
    }
    readers = {'textbook': textbook, **ours}
    batches = {
        variant: pass_over(data.batch, batch)
        for variant, data in readers.items()
    }
    in_batches = len(names) // batch * batch
    clock = 'wall' if args.cold else ''
    cases = [
        Case('a video', videos, len(names), clock=clock),
        Case(f'a batch of {batch}', batches, in_batches, clock=clock)
    ]
    if not args.cold:
        settings = dict(
            batch_size=batch,
            shuffle=True,
            num_workers=1,
            drop_last=True,
            persistent_workers=True)
        loaders = {
            variant: loader_epoch(data.loader(**settings))
            for variant, data in readers.items()
        }
        cases.append(
            Case('a worker', loaders, in_batches - batch, clock='wall'))
    return cases


def loader_epoch(loader: DataLoader, warm: bool = True) -> Callable[[], float]:
    """Function that times an epoch of a loader, in seconds; with ``warm`` from
    the first batch of a running worker on."""

    def epoch() -> float:
        batches = iter(loader)
        if warm:
            next(batches)
        start = time.perf_counter()
        for _ in batches:
            pass
        return time.perf_counter() - start

    if warm:
        epoch()
    return epoch


def drop_from_page_cache(files: List[Path]) -> None:
    """Flush files to the disk and drop them from the page cache."""
    for path in files:
        with open(path, 'rb') as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
