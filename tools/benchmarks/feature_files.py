"""Feature files of simulated videos, and the data sets of both forms."""
from pathlib import Path
from typing import List

import numpy as np
import torch
from mmaction.registry import DATASETS
from torch.utils.data import DataLoader, Dataset

from projects_move.datasets.collate import batch_collate
from projects_move.datasets.features.shard_writer import ShardWriter
from projects_move.datasets.features.store_folders import find_packed
from . import textbook
from .implementations import Workload

ANN_FILE = 'list.lst'


def write_features(folder: Path, videos: int, frames: int,
                   work: Workload) -> List[str]:
    """Write the same features as files of two dtypes and as a packed store.

    The folders are ``float32``, ``float16`` and ``store``. Each video has one
    label in the annotation list.

    Returns:
        Names of the videos.
    """
    rng = np.random.default_rng(0)
    names = [f'video{i}' for i in range(videos)]
    (folder / ANN_FILE).write_text(''.join(f'{name} {i % work.sizes.classes}\n'
                                           for i, name in enumerate(names)))
    for dtype in ('float32', 'float16'):
        (folder / dtype).mkdir()
    channels = work.sizes.channels
    with ShardWriter(folder / 'store', 'float16', channels) as store:
        for name in names:
            rows = rng.standard_normal((frames, channels), dtype=np.float32)
            for dtype in ('float32', 'float16'):
                np.save(folder / dtype / f'{name}.npy', rows.astype(dtype))
            store.add(name, rows)
    return names


class TextbookVideos(Dataset):
    """Float32 feature files, each read as a whole."""

    def __init__(self, folder: Path, names: List[str], work: Workload) -> None:
        self.paths = [
            str(folder / 'float32' / f'{name}.npy') for name in names
        ]
        self.sizes = work.sizes
        self.model = work.textbook_model()

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, index: int):
        label = index % self.sizes.classes
        target = torch.zeros(self.sizes.classes)
        target[label] = 1
        frames = textbook.load_video(self.paths[index], self.sizes.frames)
        return frames, target, [label]

    def collate(self, samples):
        frames, targets, labels = zip(*samples)
        masks = self.model.draw(labels, self.sizes.frames)
        return torch.stack(frames), torch.stack(targets), masks

    def batch(self, indices: List[int]):
        """Collated batch, as in a worker."""
        return self.collate([self[i] for i in indices])

    def loader(self, **settings) -> DataLoader:
        return DataLoader(self, collate_fn=self.collate, **settings)


def dataset_config(folder: Path, source: str, work: Workload,
                   pipeline: List[dict]) -> dict:
    """Our data set of the features in one of the folders."""
    return dict(
        type='LongTailDataset',
        ann_file=str(folder / ANN_FILE),
        num_classes=work.sizes.classes,
        multi_class=True,
        data_prefix=dict(features=str(folder / source)),
        pipeline=pipeline)


class OurVideos:
    """Our data set with its pipeline and collate function.

    Args:
        folder: Folder of :func:`write_features`.
        source: ``float32``, ``float16`` or ``store``.
        work: Sizes and class counts.
    """

    def __init__(self, folder: Path, source: str, work: Workload) -> None:
        self.dataset = DATASETS.build(
            dataset_config(folder, source, work, [
                dict(type='LoadFeatures'),
                dict(
                    type='SampleFeatureFrames',
                    num_frames=work.sizes.frames,
                    mode='random'),
                dict(type='PackFeatureInputs'),
                dict(type='DynamicFrameSampler')
            ]))
        sampler = self.dataset.pipeline.transforms[-1]
        sampler.set_class_counts(work.class_counts)

    def __getitem__(self, index: int):
        return self.dataset[index]

    def batch(self, indices: List[int]) -> dict:
        """Collated batch, as in a worker."""
        return batch_collate(self.dataset.__getitems__(indices))

    def loader(self, **settings) -> DataLoader:
        return DataLoader(self.dataset, collate_fn=batch_collate, **settings)

    def close_files(self) -> None:
        """Close open files, so that the page cache can drop them."""
        path = self.dataset.get_data_info(0)['feature_path']
        packed = find_packed(path)
        if packed is not None:
            store, _ = packed
            store.close()
