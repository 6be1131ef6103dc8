"""Ablation of the optimizations that only affect speed.

The baseline of the ratios is the package with all optimizations. Each variant
leaves one out: at a ratio of 0.8 it takes 1 / 0.8 times as long.
"""
import argparse
import tempfile
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Callable, Iterator, List, Tuple
from unittest import mock

import numpy as np
import torch
from mmaction.registry import MODELS
from mmengine.dataset import pseudo_collate
from torch import nn
from torch.utils.data import DataLoader

from projects_move import functional as F
from projects_move.datasets.features import feature_column
from projects_move.datasets.features.origin import Origin
from projects_move.datasets.features.packed_store import PackedStore
from projects_move.structures import BufferPool
from .arguments import Sizes
from .feature_files import OurVideos, write_features
from .harness import Case
from .implementations import Workload
from .loader import drop_from_page_cache, loader_epoch
from .report import measure
from .step import in_precision

Patch = Tuple[object, str, object]


def run(args: argparse.Namespace) -> None:
    work = Workload(Sizes.from_args(args), args.device)
    with tempfile.TemporaryDirectory(dir=args.folder) as folder:
        folder = Path(folder)
        names = write_features(folder, args.videos, args.stored_frames, work)
        measure(
            args, make_cases(folder, work, len(names), args.precisions), {},
            dict(
                vars(work.sizes),
                videos=args.videos,
                stored_frames=args.stored_frames))


def make_cases(folder: Path, work: Workload, videos: int,
               precisions: List[str]) -> Iterator[Case]:
    """Cases one by one, so that only one model is in memory."""
    for precision in precisions:
        yield step_case(work, precision)
    yield frame_case()
    for source, name in (('store', 'packed float16'), ('float16', '.npy')):
        yield loader_case(folder, work, videos, source, name)
    yield cold_case(folder, work, videos)


def patched(function: Callable, *patches: Patch) -> Callable:
    """Function that runs with replaced attributes."""

    def run_patched():
        with ExitStack() as stack:
            for patch in patches:
                stack.enter_context(mock.patch.object(*patch))
            return function()

    return run_patched


def step_case(work: Workload, precision: str) -> Case:
    step = work.our_step(work.our_model(), precision)
    plain_adam = work.our_step(
        work.our_model(), precision, optimizer='Adam', fused=True)
    plain_linear = work.our_model()
    replace_wide_linear(plain_linear)
    variants = {
        'as it is':
        step,
        'without the one-pass descriptor':
        patched(step, (F, 'gated_vlad', plain_gated_vlad)),
        'without WideLinear':
        work.our_step(plain_linear, precision),
        "torch's fused Adam":
        plain_adam
    }
    return Case(
        f'step, {precision}', {
            name: in_precision(precision, variant)
            for name, variant in variants.items()
        }, work.sizes.batch)


def plain_gated_vlad(frames, assignment, gate, frame_mask=None):
    """Descriptor of the gated NetVLAD by PyTorch's own operations."""
    sums = F.aggregate_residuals(frames, assignment, frame_mask)
    return F.normalize_clusters(sums * gate)


def replace_wide_linear(model: nn.Module) -> None:
    """Replace the wide projection by ``nn.Linear``."""
    netvlad = model.neck.necks['netvlad']
    wide = netvlad.proj
    netvlad.proj = nn.Linear(
        wide.in_features, wide.out_features, bias=wide.bias is not None)


def frame_case() -> Case:
    """Frozen convolutional backbone on frames."""
    model = MODELS.build(
        dict(
            type='MOVERecognizer',
            backbone=dict(type='MobileNetV2'),
            freeze_backbone=True)).eval()
    frames = torch.rand(1, 16, 3, 224, 224)

    @torch.no_grad()
    def extract() -> None:
        model.extract_frames(frames)

    return Case(
        'features of 16 frames, MobileNetV2', {
            'as it is':
            extract,
            'without channels last':
            patched(extract, (torch.Tensor, 'contiguous', lambda x, **_: x))
        }, 1)


def loader_case(folder: Path, work: Workload, videos: int, source: str,
                name: str) -> Case:
    """Epochs of a warm worker."""
    data, batch = OurVideos(folder, source, work), work.sizes.batch
    parts = {
        'as it is': [],
        'with new memory for each batch': [(BufferPool, '_array', _new_array)]
    }
    if source == 'float16':
        parts['with np.load of each file'] = [(feature_column, 'read_npy',
                                               load_npy)]
    variants = {
        variant: warm_worker(data, batch, patches)
        for variant, patches in parts.items()
    }
    variants['with one video at a time'] = warm_worker(
        OneByOne(data.dataset), batch, [])
    return Case(
        f'a worker, {name}',
        variants, (videos // batch - 1) * batch,
        clock='wall')


def load_npy(origin: Origin) -> np.ndarray:
    """Features by numpy's own reader."""
    return np.load(origin.path)


class OneByOne:
    """Data set without its batch form."""

    def __init__(self, dataset) -> None:
        self.dataset = dataset

    def __len__(self) -> int:
        return len(self.dataset)

    def __getitem__(self, index: int) -> dict:
        return self.dataset[index]

    def loader(self, **settings) -> DataLoader:
        return DataLoader(self, collate_fn=pseudo_collate, **settings)


def warm_worker(data, batch: int, patches: List[Patch]) -> Callable:
    """Function that times an epoch. The worker starts with the patches."""
    loader = data.loader(
        batch_size=batch,
        shuffle=True,
        num_workers=1,
        drop_last=True,
        persistent_workers=True)
    return patched(partial(loader_epoch, loader), *patches)()


def _new_array(pool: BufferPool, shape: tuple, dtype: np.dtype,
               shared: bool) -> np.ndarray:
    return np.empty(shape, dtype)


def cold_case(folder: Path, work: Workload, videos: int) -> Case:
    """Batches of a store whose files are not in the page cache."""
    data = OurVideos(folder, 'store', work)
    files = list((folder / 'store').iterdir())
    batch = work.sizes.batch

    def read_all() -> float:
        data.close_files()
        drop_from_page_cache(files)
        loader = data.loader(batch_size=batch, shuffle=True, drop_last=True)
        return loader_epoch(loader, warm=False)()

    return Case(
        'a store on the disk', {
            'as it is':
            read_all,
            'without read-ahead':
            patched(read_all,
                    (PackedStore, 'read_ahead', lambda store, positions: None))
        },
        videos // batch * batch,
        clock='wall')
