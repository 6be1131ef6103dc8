"""How costs grow: with the data set, the batch and the frames of a video.

    python tools/benchmarks/scale.py --out scale.json

Data sets of up to ten million videos and a hundred thousand classes are
simulated by their labels; nothing is read. In all but the first case forms
are sizes, and their ratio is how costs grow.
"""
from collections import Counter
from pathlib import Path
from typing import Callable, Dict, List, Optional

import numpy as np
import torch
from comparing import Case
from forms import F, Sizes, Work
from measuring import measure, parser

from projects_move.datasets.features.packed_store import PackedStore
from projects_move.datasets.samplers import ClassBalancedSampler


class Simulated:
    """Labels of a long-tailed data set, two for every tenth video."""

    def __init__(self, videos: int, classes: int) -> None:
        self.videos, self.classes = videos, classes
        rng = np.random.default_rng(0)
        owners = np.sort(
            np.concatenate(
                [np.arange(videos),
                 rng.integers(0, videos, videos // 10)]))
        labels = (classes * rng.random(len(owners))**3).astype(np.int64)
        self.video_labels = owners, labels

    def __len__(self) -> int:
        return self.videos


def main() -> None:
    arguments = parser(__doc__.splitlines()[0], repeats=3)
    arguments.add_argument(
        '--videos',
        type=int,
        nargs='+',
        default=[10**5, 10**6, 10**7],
        help='of simulated data sets')
    arguments.add_argument(
        '--simulated-classes', type=int, default=10**5, help='theirs')
    Sizes.add_to(arguments)
    arguments.set_defaults(batch=32)
    args = arguments.parse_args()
    torch.set_num_threads(args.threads)
    data = [Simulated(each, args.simulated_classes) for each in args.videos]
    settings = dict(
        vars(Sizes.of(args)),
        simulated_classes=args.simulated_classes,
        statistics_megabytes=peak_megabytes(statistics(data[-1])))
    cases = [
        Case(f'class statistics, {len(data[0]):,} videos',
             dict(textbook=counted(data[0]), ours=statistics(data[0]))),
        Case('class statistics',
             {f'{len(each):,} videos': statistics(each)
              for each in data}),
        Case('index of a batch', indices(args.videos)),
        Case('a step, videos', steps(args, 'batch')),
        Case('a step, frames', steps(args, 'frames'))
    ]
    measure('scale', args, cases, {}, settings)


def peak_megabytes(run: Callable[[], None]) -> Optional[int]:
    """What a run needs beyond what the process has, where Linux tells."""
    if not Path('/proc/self/clear_refs').exists():
        return None

    def status(key: str) -> int:
        lines = Path('/proc/self/status').read_text().splitlines()
        line = next(line for line in lines if line.startswith(key))
        return int(line.split()[1]) // 1024

    before = status('VmRSS')
    Path('/proc/self/clear_refs').write_text('5')  # forget the peak so far
    run()
    return status('VmHWM') - before


def statistics(data: Simulated) -> Callable[[], None]:
    """All that is known of the classes of a data set: their counts, what DFS,
    calibration and metric make of them, and the draws of a sampler."""

    def run() -> None:
        _, labels = data.video_labels
        counts = torch.from_numpy(np.bincount(labels, minlength=data.classes))
        tau = F.tau(counts)
        F.label_weight(tau)
        F.class_thirds(counts)
        ClassBalancedSampler(data, seed=0)

    return run


def counted(data: Simulated) -> Callable[[], None]:
    """The same, video by video and class by class."""
    owners, labels = data.video_labels
    rows: List[List[int]] = [[] for _ in range(len(data))]
    for owner, label in zip(owners.tolist(), labels.tolist()):
        rows[owner].append(label)

    def run() -> None:
        counts = Counter(label for row in rows for label in row)
        low, high = min(counts.values()), max(counts.values())
        tau = {s: (n - low) / (high - low) for s, n in counts.items()}
        {s: 1.5 - value for s, value in tau.items()}
        sorted(counts, key=counts.get)
        by_class = [[] for _ in range(data.classes)]
        for i, row in enumerate(rows):
            for label in row:
                by_class[label].append(i)

    return run


def indices(sizes: List[int]) -> Dict[str, Callable[[], None]]:
    """Places of 128 videos in packed stores of several sizes."""
    forms = {}
    for videos in sizes:
        store = PackedStore.__new__(PackedStore)
        store._shards = ['simulated']
        store._names = np.char.mod('%011d', np.arange(videos)).astype('S11')
        wanted = store._names[np.random.default_rng(0).integers(
            0, videos, 128)]

        def run(store=store, wanted=wanted) -> None:
            for _ in range(100):
                store.locate(wanted)

        forms[f'{videos:,} videos'] = run
    return forms


def steps(args, which: str) -> Dict[str, Callable[[], None]]:
    forms = {}
    model = None
    for factor in (1, 2, 4):
        sizes = Sizes.of(args)
        setattr(sizes, which, getattr(sizes, which) * factor)
        work = Work(sizes, args.device)
        model = model or work.our_model()
        forms[f'{getattr(sizes, which)} {which}'] = work.our_step(
            model, 'float32')
    return forms


if __name__ == '__main__':
    main()
