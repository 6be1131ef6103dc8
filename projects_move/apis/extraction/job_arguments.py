"""Job of the arguments of ``extract_features.py``."""
import argparse
from typing import List, Optional, Tuple

from mmengine.config import Config
from mmengine.registry import init_default_scope

from projects_move.apis.configs import load_config, parse_cfg_options
from projects_move.datasets.features.shard_index import SUFFIX
from projects_move.datasets.features.store_header import is_store
from .backbone_job import backbone_setup
from .job import ExtractionJob
from .pipeline import extraction_pipeline


def config_job(args: argparse.Namespace) -> Tuple[ExtractionJob, Config]:
    """Job of the backbone and the test pipeline of a config."""
    cfg = load_config(
        args.config, cfg_options=parse_cfg_options(args.cfg_options))
    init_default_scope(cfg.get('default_scope', 'mmaction'))
    job = make_job(args, cfg.model.to_dict(),
                   cfg.test_dataloader.dataset.pipeline)
    imports = cfg.get('custom_imports', {}).get('imports', [])
    return job._replace(imports=imports), cfg


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
    has_files = any(not path.name.endswith(SUFFIX)  # of a store below
                    for path in args.out.rglob('*.npy'))
    return bool(args.backbone) and not has_files


def sampler_config(args: argparse.Namespace) -> Optional[dict]:
    """Frame sampler of the arguments; None is that of the pipeline."""
    if args.test_sampling:
        return None
    if args.all_frames:
        return dict(type='SampleVideoFrames', mode='all')
    if args.fps is not None:
        return dict(type='SampleVideoFrames', mode='fps', fps=args.fps)
    return dict(type='SampleVideoFrames', num_frames=args.num_frames)
