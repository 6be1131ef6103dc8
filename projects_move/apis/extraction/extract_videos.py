"""Extraction of features by the arguments of ``extract_features.py``."""
import argparse
import sys
from typing import List, Optional

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
from .engines import Engine, Summary, build_engine
from .job import ExtractionJob, Outcome
from .pipeline import extraction_pipeline
from .videos import Videos


def extract_features(args: argparse.Namespace) -> None:
    """Extract by the arguments of ``extract_features.py``.

    Raises:
        InputError: If the settings do not fit each other.
        SystemExit: If a video failed, or a signal stopped the work.
    """
    cfg = load_config(
        args.config, cfg_options=parse_cfg_options(args.cfg_options))
    init_default_scope(cfg.get('default_scope', 'mmaction'))
    pipeline, num_crops = extraction_pipeline(
        cfg.test_dataloader.dataset.pipeline, sampler_config(args), args.crops)
    job = ExtractionJob(
        recognizer={
            **cfg.model.to_dict(), 'neck': None,
            'cls_head': None
        },
        pipeline=pipeline,
        out=args.out,
        checkpoint=args.checkpoint,
        packed=args.format == 'store'
        or args.format is None and is_store(args.out),
        dtype=args.dtype,
        num_crops=num_crops,
        flip=args.flip,
        batch_size=args.batch_size,
        precision=args.precision,
        num_workers=args.num_workers,
        tries=args.tries,
        seed=args.seed)
    imports = cfg.get('custom_imports', {}).get('imports', [])
    run_engine(
        build_engine(args, imports), job, listed_videos(cfg, args.splits))


def run_engine(engine: Engine, job: ExtractionJob, videos: Videos) -> None:
    """Run an extraction with a progress bar, and report its failures.

    Raises:
        InputError: For an output that cannot be written, such as on a full
            disk.
        SystemExit: With the failures, if a video failed; with ``REQUEUE`` if
            a signal stopped the work.
    """
    failures: List[Outcome] = []
    with stop_requested() as is_stopping:
        count = engine.start(job, videos)
        progress = mmengine.ProgressBar(count)
        try:
            for outcome in engine.outcomes(is_stopping):
                progress.update()
                if outcome.problem:
                    failures.append(outcome)
        except OSError as error:
            if isinstance(error, InputError) or error.errno is None:
                raise
            raise InputError(f'cannot write into {job.out}: {error.strerror}; '
                             'the same command continues') from error
        finally:
            print()  # ends the line of the progress bar
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
