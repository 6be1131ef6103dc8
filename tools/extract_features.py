"""Cache the features of all videos of a config.

    python tools/extract_features.py CONFIG [CHECKPOINT] --out FOLDER

Runs the backbone of a raw-video config over the lists of its data loaders
and writes one ``.npy`` of ``(frames, channels)`` a video; with several crops
the rows of a frame follow each other. Run it again after an interruption and
it goes on; run it with ``--shard 0/4`` to ``--shard 3/4`` on four machines, or
under ``torchrun``, and they share the work.
"""
import argparse
import os
import sys
from pathlib import Path
from typing import List, Optional

import mmengine
import torch
from mmaction.registry import DATASETS, MODELS
from mmengine.config import Config, DictAction
from mmengine.registry import init_default_scope

import projects_move
from projects_move.apis.distributed import gather, shard_of_rank
from projects_move.apis.extraction.backbone_weights import (load_backbone,
                                                            strip_pretrained)
from projects_move.apis.extraction.feature_extractor import (FeatureExtractor,
                                                             weights_digest)
from projects_move.apis.extraction.pipeline import CROPS, extraction_pipeline
from projects_move.datasets.features.manifest import check_manifest
from projects_move.datasets.lists.annotations import AnnotationError


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description='Cache video features')
    parser.add_argument('config', help='raw-video config')
    parser.add_argument(
        'checkpoint',
        nargs='?',
        help='weights of the recognizer; without one, those that the '
        "backbone's own config starts from")
    parser.add_argument('--out', type=Path, required=True, help='folder')
    parser.add_argument(
        '--splits',
        nargs='+',
        default=['train', 'val', 'test'],
        choices=['train', 'val', 'test'],
        help='data loaders whose lists are read')
    frames = parser.add_mutually_exclusive_group()
    frames.add_argument(
        '--num-frames',
        type=int,
        default=150,
        help='uniform frames a video, or clips where the config has clips')
    frames.add_argument('--fps', type=float, help='frames or clips a second')
    frames.add_argument(
        '--all-frames', action='store_true', help='every frame')
    frames.add_argument(
        '--as-tested',
        action='store_true',
        help='the frames that the test pipeline of the config takes')
    parser.add_argument('--crops', default='center', choices=list(CROPS))
    parser.add_argument(
        '--flip', action='store_true', help='mirror images too')
    parser.add_argument(
        '--dtype', default='float16', choices=['float16', 'float32'])
    parser.add_argument(
        '--chunk', type=int, default=64, help='frames at a time')
    parser.add_argument(
        '--num-workers',
        type=int,
        default=2,
        help='decoders; with 0 a video that crashes its decoder ends all')
    parser.add_argument(
        '--shard',
        default=None,
        help='i/n: do the i-th (from 0) of n parts, which the ranks of '
        'torchrun share; without it, they or the tasks of srun share all')
    parser.add_argument('--seed', type=int, default=0)
    parser.add_argument('--cfg-options', nargs='+', action=DictAction)
    args = parser.parse_args()
    if args.num_frames < 1 or args.chunk < 1:
        parser.error('--num-frames and --chunk are at least 1, got '
                     f'{args.num_frames} and {args.chunk}')
    if args.fps is not None and not 0 < args.fps < float('inf'):
        parser.error(f'--fps is above 0, got {args.fps}')
    if args.num_workers < 0:
        parser.error(f'--num-workers is at least 0, got {args.num_workers}')
    if args.flip and args.crops == 'ten':
        parser.error('--crops ten holds the mirror images already')
    return args


def sampler_config(args: argparse.Namespace) -> Optional[dict]:
    if args.as_tested:
        return None
    if args.all_frames:
        return dict(type='SampleVideoFrames', mode='all')
    if args.fps is not None:
        return dict(type='SampleVideoFrames', mode='fps', fps=args.fps)
    return dict(type='SampleVideoFrames', num_frames=args.num_frames)


def listed_videos(cfg: Config, splits: List[str]) -> List[dict]:
    """Data infos of the lists of the config's data loaders, each video once,
    so that no two shards do the same.

    Raises:
        AnnotationError: For names that lead out of the folder, as a feature
            file has its video's.
    """
    videos = {}
    for split in splits:
        loader = cfg.get(f'{split}_dataloader')
        if loader is None:
            continue
        dataset = DATASETS.build(loader.dataset)
        problems = []
        for i in range(len(dataset)):
            info = dataset.get_data_info(i)
            name = info['video_id']
            if os.path.isabs(name) or '..' in Path(name).parts:
                problems.append(f"line {info.get('line', i + 1)}: video "
                                f"{name!r} does not lie below data_prefix")
            videos.setdefault(name, info)
        if problems:
            ann_file = getattr(dataset, 'ann_file', f'{split} list')
            raise AnnotationError(ann_file, problems)
    return list(videos.values())


def build_model(cfg: Config, args: argparse.Namespace) -> torch.nn.Module:
    torch.manual_seed(args.seed)  # a backbone without weights is repeatable
    recognizer = cfg.model.to_dict()
    if args.checkpoint:
        recognizer['backbone'] = strip_pretrained(recognizer['backbone'])
    model = MODELS.build(recognizer)
    if args.checkpoint:
        load_backbone(model.backbone, args.checkpoint)
    else:
        model.init_weights()
    device = 'cuda' if torch.cuda.is_available() else 'cpu'
    if device == 'cuda':
        device = f"cuda:{os.environ.get('LOCAL_RANK', 0)}"
    return model.to(device).eval()


def main() -> None:
    args = parse_args()
    cfg = Config.fromfile(args.config)
    if args.cfg_options:
        cfg.merge_from_dict(args.cfg_options)
    init_default_scope(cfg.get('default_scope', 'mmaction'))

    try:
        pipeline, num_crops = extraction_pipeline(
            cfg.test_dataloader.dataset.pipeline, sampler_config(args),
            args.crops)
        index, count = shard_of_rank(args.shard)
    except ValueError as error:
        raise SystemExit(f'error: {error}') from None
    try:
        videos = listed_videos(cfg, args.splits)
        model = build_model(cfg, args)
    except ValueError as error:
        raise SystemExit(f'error: {error}') from error
    manifest = dict(
        backbone=cfg.model.backbone.to_dict(),
        weights_sha256=weights_digest(model.backbone.state_dict()),
        data_preprocessor=cfg.model.data_preprocessor.to_dict(),
        pipeline=[str(step) for step in pipeline] + ['flip'] * args.flip,
        dtype=args.dtype,
        versions=dict(
            projects_move=projects_move.__version__,
            mmengine=mmengine.__version__,
            torch=torch.__version__))
    try:
        extractor = FeatureExtractor(model, args.out, args.dtype, args.chunk,
                                     num_crops, args.flip, manifest)
        check_manifest(args.out, manifest)
    except ValueError as error:
        raise SystemExit(f'error: {error}') from error

    todo = extractor.missing(videos[index::count])
    print(f'shard {index}/{count}: {len(todo)} of {len(videos[index::count])} '
          f'videos to do, into {args.out}')
    failures = []
    progress = mmengine.ProgressBar(len(todo))
    for name, reason in extractor.run(todo, pipeline, args.num_workers):
        progress.update()
        if reason:
            failures.append(f'{name}: {reason}')
    print()
    everyone = gather((len(todo), failures))
    failures = [failure for _, failed in everyone for failure in failed]
    for failure in failures:
        print(f'failed: {failure}', file=sys.stderr)
    if failures:
        total = sum(num_videos for num_videos, _ in everyone)
        raise SystemExit(f'{len(failures)} of {total} videos failed')


if __name__ == '__main__':
    main()
