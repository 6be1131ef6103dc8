"""Reading cached features: a video, a batch, and a worker of a data loader.

    python tools/benchmarks/loader.py --out loader.json

The textbook form reads the files that the authors hand out, float32, whole.
Everything is in the page cache, unless ``--cold``: then files are dropped
from it before each turn, and the clock is the wall's.
"""
import os
import random
import tempfile
import time
from pathlib import Path
from typing import Callable, Dict, List

import numpy as np
import torch
from comparing import Case
from forms import Sizes, Work, textbook
from measuring import measure, parser
from mmaction.registry import DATASETS
from torch.utils.data import DataLoader, Dataset

from projects_move.datasets.collate import batch_collate
from projects_move.datasets.features.shard_writer import ShardWriter


class PlainVideos(Dataset):
    """A file a video, as a straightforward data set reads it."""

    def __init__(self, paths: List[str], work: Work) -> None:
        self.paths = paths
        self.sizes = work.sizes
        self.form = work.their_model()

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, index: int):
        target = torch.zeros(self.sizes.classes)
        target[index % self.sizes.classes] = 1
        frames = textbook.load_video(self.paths[index], self.sizes.frames)
        return frames, target, [index % self.sizes.classes]

    def collate(self, rows):
        frames, targets, labels = zip(*rows)
        masks = self.form.draw(labels, self.sizes.frames)
        return torch.stack(frames), torch.stack(targets), masks


def main() -> None:
    arguments = parser(__doc__.splitlines()[0], repeats=5)
    Sizes.add_to(arguments)
    arguments.add_argument('--videos', type=int, default=768)
    arguments.add_argument('--stored', type=int, default=150, help='frames')
    arguments.add_argument('--cold', action='store_true')
    arguments.add_argument('--folder', help='where files are made and removed')
    args = arguments.parse_args()
    torch.set_num_threads(args.threads)
    work = Work(Sizes.of(args))
    with tempfile.TemporaryDirectory(dir=args.folder) as folder:
        cases = make_cases(Path(folder), work, args)
        measure(
            'loader', args, cases, {},
            dict(
                vars(work.sizes),
                videos=args.videos,
                stored=args.stored,
                cold=args.cold))


def make_cases(folder: Path, work: Work, args) -> List[Case]:
    names = write_features(folder, args.videos, args.stored,
                           work.sizes.channels)
    plain = PlainVideos([str(folder / 'float32' / f'{n}.npy') for n in names],
                        work)
    ours = {
        form: our_videos(folder, form, work)
        for form in ('float32', 'float16', 'store')
    }
    files = [path for path in folder.rglob('*') if path.is_file()]
    batch, order = work.sizes.batch, list(range(len(names)))

    def turn(read: Callable[[List[int]], None], size: int) -> Callable:
        """All videos once, in another order each time."""

        def run():
            random.shuffle(order)
            if args.cold:
                for data in ours.values():
                    data.batches.reader.unmap()
                drop(files)
            start = time.perf_counter()
            for i in range(0, len(order) - size + 1, size):
                read(order[i:i + size])
            return time.perf_counter() - start if args.cold else None

        return run

    labels = {
        'float32': 'ours, .npy float32',
        'float16': 'ours, .npy float16',
        'store': 'ours, packed float16'
    }
    one = {'textbook': turn(lambda index: plain.collate([plain[index[0]]]), 1)}
    many = {
        'textbook':
        turn(lambda index: plain.collate([plain[i] for i in index]), batch)
    }
    for form, data in ours.items():
        one[labels[form]] = turn(lambda index, data=data: data[index[0]], 1)
        many[labels[form]] = turn(
            lambda index, data=data: batch_collate(data.__getitems__(index)),
            batch)
    whole = len(names) // batch * batch
    clock = 'wall' if args.cold else ''
    cases = [
        Case('a video', one, len(names), clock=clock),
        Case(f'a batch of {batch}', many, whole, clock=clock)
    ]
    if not args.cold:
        cases.append(
            Case(
                'a worker',
                workers(plain, ours, labels, batch),
                whole - batch,
                clock='wall'))
    return cases


def write_features(folder: Path, videos: int, frames: int,
                   channels: int) -> List[str]:
    """The same features as files of both types and as a store."""
    rng = np.random.default_rng(0)
    names = [f'video{i}' for i in range(videos)]
    for kind in ('float32', 'float16'):
        (folder / kind).mkdir()
    with ShardWriter(folder / 'store', 'float16', channels) as store:
        for name in names:
            rows = rng.standard_normal((frames, channels), dtype=np.float32)
            for kind in ('float32', 'float16'):
                np.save(folder / kind / f'{name}.npy', rows.astype(kind))
            store.add(name, rows)
    return names


def our_videos(folder: Path, form: str, work: Work):
    classes = work.sizes.classes
    names = sorted(path.stem for path in (folder / 'float16').iterdir())
    (folder / 'list.lst').write_text(''.join(f'{name} {i % classes}\n'
                                             for i, name in enumerate(names)))
    data = DATASETS.build(
        dict(
            type='LongTailDataset',
            ann_file=str(folder / 'list.lst'),
            num_classes=classes,
            multi_class=True,
            data_prefix=dict(features=str(folder / form)),
            pipeline=[
                dict(type='LoadFeatures'),
                dict(
                    type='SampleFeatureFrames',
                    num_frames=work.sizes.frames,
                    mode='random'),
                dict(type='PackFeatureInputs'),
                dict(type='DynamicFrameSampler')
            ]))
    data.pipeline.transforms[-1].set_class_counts(work.counts)
    return data


def workers(plain: PlainVideos, ours: Dict, labels: Dict[str, str],
            batch: int) -> Dict[str, Callable]:
    """Seconds in which one worker, warm, hands over the batches of an epoch
    behind the first."""
    settings = dict(
        batch_size=batch,
        shuffle=True,
        num_workers=1,
        drop_last=True,
        persistent_workers=True)

    def epoch(loader: DataLoader) -> Callable[[], float]:

        def run() -> float:
            batches = iter(loader)
            next(batches)
            start = time.perf_counter()
            for _ in batches:
                pass
            return time.perf_counter() - start

        run()
        return run

    forms = {
        'textbook':
        epoch(DataLoader(plain, collate_fn=plain.collate, **settings))
    }
    for form, data in ours.items():
        forms[labels[form]] = epoch(
            DataLoader(data, collate_fn=batch_collate, **settings))
    return forms


def drop(files: List[Path]) -> None:
    """Out of the page cache, as far as the system lets go."""
    for path in files:
        with open(path, 'rb') as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


if __name__ == '__main__':
    main()
