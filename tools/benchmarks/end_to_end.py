"""An epoch of training from files, with runner and hooks.

The textbook form reads float32 files, our form a packed float16 store. The
files are in the page cache. With ``--cold`` they are dropped from it before
each epoch. With workers or ``--cold`` the time is wall time.
"""
import argparse
import random
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Callable, List

import torch
from mmengine.config import Config
from mmengine.runner import Runner

from .arguments import Sizes
from .feature_files import TextbookVideos, dataset_config, write_features
from .harness import Case
from .implementations import CONFIG, Workload
from .loader import drop_from_page_cache
from .report import measure


def run(args: argparse.Namespace) -> None:
    work = Workload(Sizes.from_args(args), args.device)
    videos = args.batches * work.sizes.batch
    with tempfile.TemporaryDirectory(dir=args.folder) as folder:
        folder = Path(folder)
        names = write_features(folder, videos, args.stored_frames, work)
        variants = dict(textbook=textbook_epoch(folder, names, work))
        for precision in ('float32', 'bfloat16'):
            variants[f'ours, {precision}'] = our_epoch(folder, work, precision,
                                                       args.num_workers)
        files = [path for path in folder.rglob('*') if path.is_file()]
        if args.cold or args.num_workers:
            variants = {
                name:
                partial(wall_time, epoch, work.device,
                        files if args.cold else [])
                for name, epoch in variants.items()
            }
        measure(
            args, [
                Case(
                    f'an epoch of {args.batches} batches',
                    variants,
                    videos,
                    clock='wall' if args.cold or args.num_workers else '')
            ], {},
            dict(
                vars(work.sizes),
                batches=args.batches,
                stored_frames=args.stored_frames,
                num_workers=args.num_workers,
                cold=args.cold))


def wall_time(epoch: Callable[[], None], device: str,
              dropped: List[Path]) -> float:
    """Seconds of an epoch, after files are dropped from the page cache."""
    drop_from_page_cache(dropped)
    start = time.perf_counter()
    epoch()
    if device == 'cuda':
        torch.cuda.synchronize()
    return time.perf_counter() - start


def textbook_epoch(folder: Path, names: List[str],
                   work: Workload) -> Callable[[], None]:
    model = work.textbook_model()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-4)
    data = TextbookVideos(folder, names, work)

    def epoch() -> None:
        order, size = list(range(len(data))), work.sizes.batch
        random.shuffle(order)
        for i in range(0, len(order), size):
            frames, target, labels = zip(*(data[j] for j in order[i:i + size]))
            frames, target = (
                torch.stack(part).to(work.device) for part in (frames, target))
            optimizer.zero_grad()
            model.loss(frames, target, labels).backward()
            optimizer.step()

    return epoch


def our_epoch(folder: Path,
              work: Workload,
              precision: str,
              num_workers: int = 0) -> Callable[[], None]:
    runner = Runner.from_cfg(
        training_config(folder, work, precision, num_workers))

    def epoch() -> None:
        loop = runner.train_loop
        if loop._epoch == 0:  # the first steps of Runner.train
            loop._max_epochs = 10**6
            runner.optim_wrapper = runner.build_optim_wrapper(
                runner.optim_wrapper)
            runner.call_hook('before_run')
            runner.call_hook('before_train')
        loop.run_epoch()

    return epoch


def training_config(folder: Path, work: Workload, precision: str,
                    num_workers: int) -> Config:
    """Config of VideoLT without a test, on the files in a folder."""
    cfg = Config.fromfile(str(CONFIG))
    cfg.work_dir = str(folder / precision)
    cfg.log_level = 'ERROR'
    cfg.experiment_name = f'benchmark-{precision}'
    cfg.model.neck.in_channels = work.sizes.channels
    cfg.model.neck.necks.netvlad.num_clusters = work.sizes.clusters
    cfg.model.cls_head.num_classes = work.sizes.classes
    cfg.val_cfg = cfg.val_dataloader = cfg.val_evaluator = None
    cfg.test_cfg = cfg.test_dataloader = cfg.test_evaluator = None
    cfg.default_hooks.checkpoint = None
    loader = cfg.train_dataloader
    loader.update(
        batch_size=work.sizes.batch,
        num_workers=num_workers,
        persistent_workers=num_workers > 0)
    loader.dataset = dataset_config(folder, 'store', work,
                                    loader.dataset.pipeline)
    cfg.param_scheduler = None
    cfg.train_cfg.max_epochs = 1
    if precision == 'bfloat16':
        cfg.optim_wrapper.type = 'AutocastOptimWrapper'
    return cfg
