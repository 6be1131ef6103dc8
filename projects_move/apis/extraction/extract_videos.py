"""Extraction of features by the arguments of ``extract_features.py``."""
import argparse
import sys
from typing import List, Optional, Tuple

import mmengine
import numpy as np
from mmaction.registry import DATASETS
from mmengine.config import Config
from mmengine.registry import init_default_scope

from projects_move.apis.config_utils import load_config, parse_cfg_options
from projects_move.apis.stop_signal import REQUEUE, stop_requested
from projects_move.datasets.features.store_header import is_store
from projects_move.errors import InputError
from projects_move.utils.escape import one_line
from .backbone_job import backbone_setup
from .engines import Engine, RankEngine, Summary
from .job import ExtractionJob, Outcome
from .pipeline import extraction_pipeline
from .video_sources import find_videos
from .videos import Videos


def extract_features(args: argparse.Namespace) -> None:
    """Extract by the arguments of ``extract_features.py``.

    Raises:
        InputError: If the settings do not fit each other.
        SystemExit: If a video failed, or a signal stopped the work.
    """
    found = args.videos and find_videos(args.videos, args.root,
                                        args.list_format)
    if found and args.fps and found.has_frame_folders and \
            not args.frame_rate:
        raise InputError(f'{args.videos} has folders of frames: --fps expects '
                         'their --frame-rate')
    if found:
        print(found.report)
    if args.backbone:
        job = backbone_job(args)
        videos = found.videos
    else:
        job, cfg = config_job(args)
        videos = found.videos if found else listed_videos(cfg, args.splits)
    run_engine(RankEngine(args.shard), job, videos)


def config_job(args: argparse.Namespace) -> Tuple[ExtractionJob, Config]:
    """Job of the backbone and the test pipeline of a config."""
    cfg = load_config(
        args.config, cfg_options=parse_cfg_options(args.cfg_options))
    init_default_scope(cfg.get('default_scope', 'mmaction'))
    return make_job(args, cfg.model.to_dict(),
                    cfg.test_dataloader.dataset.pipeline), cfg


def backbone_job(args: argparse.Namespace) -> ExtractionJob:
    """Job of a backbone by its name."""
    init_default_scope('mmaction')
    setup = backbone_setup(args.backbone, args.weights or 'default',
                           parse_cfg_options(args.backbone_options),
                           args.clip_len, args.frame_interval)
    for note in setup.notes:
        print(note)
    job = make_job(args, dict(type='MOVERecognizer', **setup.recognizer),
                   setup.pipeline(sampler_config(args)))
    return job._replace(preprocessing=setup.preprocessing._asdict())


def make_job(args: argparse.Namespace, recognizer: dict,
             pipeline: List[dict]) -> ExtractionJob:
    """Job of a recognizer and its test pipeline."""
    pipeline, num_crops = extraction_pipeline(pipeline, sampler_config(args),
                                              args.crops, args.frame_rate)
    return ExtractionJob(
        recognizer={
            **recognizer, 'neck': None,
            'cls_head': None
        },
        pipeline=pipeline,
        out=args.out,
        checkpoint=args.checkpoint,
        packed=is_packed(args),
        dtype=args.dtype,
        num_crops=num_crops,
        flip=args.flip,
        batch_size=args.batch_size,
        precision=args.precision,
        num_workers=args.num_workers,
        tries=args.tries,
        seed=args.seed)


def is_packed(args: argparse.Namespace) -> bool:
    """Whether features go to a packed store: as ``--format`` says, or else as
    the folder has them. A new folder becomes a store with ``--backbone``."""
    if args.format or is_store(args.out):
        return args.format != 'files'
    has_files = any(args.out.rglob('*.npy'))
    return bool(args.backbone) and not has_files


def run_engine(engine: Engine, job: ExtractionJob, videos: Videos) -> None:
    """Run an extraction with a progress bar, and report its failures.

    Raises:
        SystemExit: With the failures, if a video failed; with ``REQUEUE`` if
            a signal stopped the work.
    """
    failures: List[Outcome] = []
    with stop_requested() as is_stopping:
        count = engine.start(job, videos)
        progress = mmengine.ProgressBar(count)
        for outcome in engine.outcomes(is_stopping):
            progress.update()
            if outcome.problem:
                failures.append(outcome)
        print()
        if is_stopping():
            print(
                'stopped by a signal: the same command continues',
                file=sys.stderr)
            raise SystemExit(REQUEUE)
        total = engine.summary(Summary(count, failures))
    if total is not None:
        report(total)


def report(total: Summary) -> None:
    """Print the failures.

    Raises:
        SystemExit: If there are any.
    """
    for name, problem in total.failures:
        print(f'failed: {one_line(f"{name}: {problem}")}', file=sys.stderr)
    if total.failures:
        raise SystemExit(f'{len(total.failures)} of {total.num_videos} videos '
                         'failed')


def sampler_config(args: argparse.Namespace) -> Optional[dict]:
    """Frame sampler of the arguments; None is that of the pipeline."""
    if args.test_sampling:
        return None
    if args.all_frames:
        return dict(type='SampleVideoFrames', mode='all')
    if args.fps is not None:
        return dict(type='SampleVideoFrames', mode='fps', fps=args.fps)
    return dict(type='SampleVideoFrames', num_frames=args.num_frames)


def listed_videos(cfg: Config, splits: List[str]) -> Videos:
    """Videos of the lists of the config's data loaders.

    A video of several lists counts once, so that no two shards extract it.
    """
    datasets = [
        DATASETS.build(cfg[f'{split}_dataloader'].dataset) for split in splits
        if cfg.get(f'{split}_dataloader') is not None
    ]
    names = [dataset.data_list.names for dataset in datasets]
    names = np.concatenate([np.empty(0, 'S1'), *names])
    starts = np.cumsum([0, *map(len, datasets)])
    _, rows = np.unique(names, return_index=True)
    rows.sort()

    def info(row: int) -> dict:
        index = int(np.searchsorted(starts, row, 'right')) - 1
        return datasets[index].get_data_info(row - int(starts[index]))

    return Videos(names[rows], info, rows)
