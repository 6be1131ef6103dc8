"""Costs by size of the data set, batch size and number of frames.

Data sets of up to ten million videos and a hundred thousand classes are
simulated by their labels, and stores by their indexes. No frames are read. The
variants of all cases except the first are sizes, so that the ratios show how
costs grow.
"""
import argparse
import tempfile
from collections import Counter
from pathlib import Path
from typing import Callable, Dict, List

import numpy as np
import torch

from projects_move import functional as F
from projects_move.datasets.samplers import ClassBalancedSampler
from .arguments import Sizes
from .harness import Case
from .implementations import Workload
from .report import measure
from .simulated_stores import SimulatedStore, peak_megabytes, store_cases


class SimulatedDataset:
    """Labels of a long-tailed data set; every tenth video has two."""

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


def run(args: argparse.Namespace) -> None:
    data = [
        SimulatedDataset(videos, args.simulated_classes)
        for videos in args.videos
    ]
    settings = dict(
        vars(Sizes.from_args(args)),
        simulated_classes=args.simulated_classes,
        statistics_megabytes=peak_megabytes(our_statistics(data[-1])))
    cases = [
        Case(
            f'class statistics, {len(data[0]):,} videos',
            dict(
                textbook=textbook_statistics(data[0]),
                ours=our_statistics(data[0]))),
        Case('class statistics',
             {f'{len(each):,} videos': our_statistics(each)
              for each in data}),
        Case('a step, videos', steps(args, 'batch')),
        Case('a step, frames', steps(args, 'frames'))
    ]
    with tempfile.TemporaryDirectory(dir=args.folder) as folder:
        stores = [
            SimulatedStore(Path(folder) / str(videos), videos)
            for videos in args.videos
        ]
        settings['stores'] = [store.sizes() for store in stores]
        measure(args, cases + store_cases(stores), {}, settings)


def our_statistics(data: SimulatedDataset) -> Callable[[], None]:
    """Statistics of the labels of a data set: class counts, tau, label
    weights, class groups and the index of a balanced sampler."""

    def run() -> None:
        _, labels = data.video_labels
        counts = torch.from_numpy(np.bincount(labels, minlength=data.classes))
        tau = F.tau(counts)
        F.label_weight(tau)
        F.class_thirds(counts)
        ClassBalancedSampler(data, seed=0)

    return run


def textbook_statistics(data: SimulatedDataset) -> Callable[[], None]:
    """The same statistics by loops over videos and classes."""
    owners, labels = data.video_labels
    video_labels: List[List[int]] = [[] for _ in range(len(data))]
    for owner, label in zip(owners.tolist(), labels.tolist()):
        video_labels[owner].append(label)

    def run() -> None:
        counts = Counter(label for row in video_labels for label in row)
        low, high = min(counts.values()), max(counts.values())
        tau = {s: (n - low) / (high - low) for s, n in counts.items()}
        {s: 1.5 - value for s, value in tau.items()}
        sorted(counts, key=counts.get)
        by_class = [[] for _ in range(data.classes)]
        for i, row in enumerate(video_labels):
            for label in row:
                by_class[label].append(i)

    return run


def steps(args: argparse.Namespace,
          field: str) -> Dict[str, Callable[[], None]]:
    """Training steps with 1, 2 and 4 times a size."""
    variants = {}
    model = None
    for factor in (1, 2, 4):
        sizes = Sizes.from_args(args)
        size = getattr(sizes, field) * factor
        setattr(sizes, field, size)
        work = Workload(sizes, args.device)
        model = model or work.our_model()
        variants[f'{size} {field}'] = work.our_step(model, 'float32')
    return variants
