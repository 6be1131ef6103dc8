"""Extraction of the features of all videos of a config."""
import argparse
import os
import sys
from typing import List, Optional

import mmengine
import torch
from mmaction.registry import DATASETS, MODELS
from mmengine.config import Config
from mmengine.registry import init_default_scope

import projects_move
from projects_move.apis.config_utils import load_config, parse_cfg_options
from projects_move.apis.distributed import gather, shard_of_rank
from projects_move.apis.extraction.backbone_weights import (load_backbone,
                                                            strip_pretrained)
from projects_move.apis.extraction.feature_extractor import (FeatureExtractor,
                                                             weights_digest)
from projects_move.apis.extraction.pipeline import extraction_pipeline
from projects_move.datasets.features.manifest import check_manifest
from projects_move.errors import InputError
from projects_move.models.backbones import declared_preprocessing
from projects_move.utils.escape import one_line


def sampler_config(args: argparse.Namespace) -> Optional[dict]:
    """Frame sampler of the arguments; None is that of the pipeline."""
    if args.test_sampling:
        return None
    if args.all_frames:
        return dict(type='SampleVideoFrames', mode='all')
    if args.fps is not None:
        return dict(type='SampleVideoFrames', mode='fps', fps=args.fps)
    return dict(type='SampleVideoFrames', num_frames=args.num_frames)


def listed_videos(cfg: Config, splits: List[str]) -> List[dict]:
    """Data infos of the lists of the config's data loaders.

    A video of several lists is returned once, so that no two shards extract
    it.
    """
    videos = {}
    for split in splits:
        loader = cfg.get(f'{split}_dataloader')
        if loader is None:
            continue
        dataset = DATASETS.build(loader.dataset)
        for i in range(len(dataset)):
            info = dataset.get_data_info(i)
            videos.setdefault(info['video_id'], info)
    return list(videos.values())


def build_model(cfg: Config, args: argparse.Namespace) -> torch.nn.Module:
    """Recognizer in evaluation mode, with the weights of the checkpoint."""
    torch.manual_seed(args.seed)  # for backbones without pretrained weights
    recognizer = cfg.model.to_dict()
    if args.checkpoint:
        recognizer['backbone'] = strip_pretrained(recognizer['backbone'])
    model = MODELS.build(recognizer)
    if args.checkpoint:
        load_backbone(model.backbone, args.checkpoint)
    else:
        try:
            model.init_weights()
        except OSError as error:  # no such file, or no network
            raise InputError('the pretrained weights of the config cannot be '
                             f'loaded: {error}') from error
    device = 'cuda' if torch.cuda.is_available() else 'cpu'
    if device == 'cuda':
        device = f"cuda:{os.environ.get('LOCAL_RANK', 0)}"
    return model.to(device).eval()


def extract_features(args: argparse.Namespace) -> None:
    """Extract by the arguments of ``extract_features.py``.

    Raises:
        InputError: If the settings do not fit each other.
        SystemExit: If a video failed.
    """
    cfg = load_config(
        args.config, cfg_options=parse_cfg_options(args.cfg_options))
    init_default_scope(cfg.get('default_scope', 'mmaction'))
    pipeline, num_crops = extraction_pipeline(
        cfg.test_dataloader.dataset.pipeline, sampler_config(args), args.crops)
    index, count = shard_of_rank(args.shard)
    videos = listed_videos(cfg, args.splits)
    model = build_model(cfg, args)
    manifest = dict(
        backbone=cfg.model.backbone.to_dict(),
        weights_sha256=weights_digest(model.backbone.state_dict()),
        data_preprocessor=cfg.model.data_preprocessor.to_dict(),
        preprocessing=declared_preprocessing(model.backbone),
        pipeline=[str(step) for step in pipeline] + ['flip'] * args.flip,
        dtype=args.dtype,
        versions=dict(
            projects_move=projects_move.__version__,
            mmengine=mmengine.__version__,
            torch=torch.__version__))
    extractor = FeatureExtractor(model, args.out, args.dtype, args.chunk,
                                 num_crops, args.flip, manifest)
    check_manifest(args.out, manifest)

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
    all_ranks = gather((len(todo), failures))
    failures = [failure for _, failed in all_ranks for failure in failed]
    for failure in failures:
        print(f'failed: {one_line(failure)}', file=sys.stderr)
    if failures:
        total = sum(num_videos for num_videos, _ in all_ranks)
        raise SystemExit(f'{len(failures)} of {total} videos failed')
