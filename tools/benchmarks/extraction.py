"""Extraction of features: decoding alone, the backbone alone, and the whole.

Decoding and backbone overlap, so the whole can be as fast as its slower half
at best. The slower half is the baseline of the ratios: a ratio of 0.9 is 90%
of its rate. The rates are frames, or clips, per second of wall time.
"""
import argparse
import tempfile
import time
from collections import deque
from pathlib import Path
from typing import Dict, Iterator, List

from mmengine.logging import MMLogger
from mmengine.registry import init_default_scope

import projects_move  # noqa: F401  registers the components
from projects_move.apis.extraction.chunked_decoding import ChunkedVideos
from projects_move.apis.extraction.job import ExtractionJob
from projects_move.apis.extraction.row_batches import Part, fill_batches
from projects_move.apis.extraction.video_sources import find_videos
from projects_move.apis.extraction.videos import Videos
from projects_move.apis.extraction.worker import ExtractionWorker
from projects_move.apis.prediction.worker_videos import iterate_items
from projects_move.models.backbones.preprocessing import Preprocessing
from .arguments import Sizes
from .harness import Case
from .rendered_videos import write_video
from .report import measure

RENDERED = 'rendered, 320x240, a key frame every 12'
# side and crop of published weights; means and deviations cost the same
SIZES = dict(MobileNetV2=(240, 225))
OTHER_SIZE = (248, 224)


def run(args: argparse.Namespace) -> None:
    init_default_scope('mmaction')
    MMLogger.get_current_instance().setLevel('WARNING')  # of each weight
    with tempfile.TemporaryDirectory(dir=args.folder) as folder:
        folder = Path(folder)
        videos = given_videos(args) if args.videos else rendered_videos(
            folder, args)
        measure(
            args, make_cases(folder, videos, args), {},
            dict(
                vars(Sizes.from_args(args)),
                videos='given' if args.videos else RENDERED,
                num_videos=len(videos),
                all_frames=args.all_frames,
                num_workers=args.num_workers))


def given_videos(args: argparse.Namespace) -> Videos:
    """Videos of a folder, evenly spaced in the order of their names."""
    videos = find_videos(args.videos).videos
    step = max(len(videos) // args.num_videos, 1)
    return videos.take(slice(0, step * args.num_videos, step))


def rendered_videos(folder: Path, args: argparse.Namespace) -> Videos:
    """Links to one video that is made."""
    video = Path(write_video(folder, (320, 240), 12, args.stored_frames))
    links = folder / 'videos'
    links.mkdir()
    for i in range(args.num_videos):
        (links / f'video{i}.mp4').symlink_to(video)
    return find_videos(links).videos


def make_cases(folder: Path, videos: Videos,
               args: argparse.Namespace) -> Iterator[Case]:
    """Cases one by one, so that only one model is in memory."""
    for backbone in args.backbones:
        for precision in args.precisions:
            out = folder / f'{backbone}-{precision}'
            worker = ExtractionWorker(make_job(backbone, precision, out, args))
            found = worker.embedder.device.type
            if found != args.device:
                raise SystemExit(f'an extraction runs on {found} here, not '
                                 f'on {args.device}')
            yield make_case(f'{backbone}, {precision}', worker, videos)


def make_job(backbone: str, precision: str, out: Path,
             args: argparse.Namespace) -> ExtractionJob:
    """Extraction with random weights, as fast as with any."""
    side, crop = SIZES.get(backbone, OTHER_SIZE)
    expected = Preprocessing((.5, ) * 3, (.5, ) * 3, side, (crop, crop),
                             'bicubic')
    config = dict(type=backbone)
    steps = expected.transforms()
    if '/' in backbone:  # of another library
        config['weights'] = None
    else:  # trained with MMAction2's own resizing
        steps[0] = dict(type='Resize', scale=(-1, side))
    return ExtractionJob(
        recognizer=dict(
            type='MOVERecognizer',
            backbone=config,
            data_preprocessor=expected.data_preprocessor(clips=False)),
        pipeline=[
            dict(type='VideoInit'),
            dict(type='SampleVideoFrames', mode='all') if args.all_frames else
            dict(type='SampleVideoFrames', num_frames=args.frames),
            dict(type='VideoDecode'), *steps,
            dict(type='FormatShape', input_format='NCHW'),
            dict(type='PackActionInputs', meta_keys=('video_id', ))
        ],
        out=out,
        batch_size=args.batch,
        precision=precision,
        num_workers=args.num_workers)


def make_case(name: str, worker: ExtractionWorker, videos: Videos) -> Case:
    """The whole extraction of some videos, and its halves."""
    batches = decoded_batches(worker, videos)
    seconds: Dict[str, float] = {}

    def decode() -> None:
        deque(iterate_items(chunks_of(worker, videos)), maxlen=0)

    def embed() -> None:
        deque(worker.embedder.embed(batches), maxlen=0)

    def extract() -> None:
        failed = [one for one in worker.run(videos) if one.problem]
        if failed:
            raise SystemExit(f'{failed[0].name}: {failed[0].problem}')

    def slower_half() -> float:
        for half, function in (('decoding', decode), ('backbone', embed)):
            start = time.perf_counter()
            function()
            seconds[half] = time.perf_counter() - start
        return max(seconds.values())

    def whole() -> float:
        start = time.perf_counter()
        extract()
        return time.perf_counter() - start

    return Case(
        name, {
            'slower half': slower_half,
            'decoding': lambda: seconds['decoding'],
            'backbone': lambda: seconds['backbone'],
            'whole': whole
        },
        sum(len(part.images) for batch in batches for part in batch),
        clock='wall')


def chunks_of(worker: ExtractionWorker, videos: Videos) -> ChunkedVideos:
    """Decoding of the videos as in the extraction."""
    job = worker.job
    return ChunkedVideos(videos, job.pipeline, worker.chunk_size,
                         min(job.num_workers, len(videos)))


def decoded_batches(worker: ExtractionWorker,
                    videos: Videos) -> List[List[Part]]:
    """Batches of all images, in memory of their own."""

    def parts() -> Iterator[Part]:
        for chunk in iterate_items(chunks_of(worker, videos)):
            if chunk.packed is None:
                raise SystemExit(f'{chunk.name}: {chunk.problem}')
            part = worker._part(chunk)
            yield part._replace(images=part.images.clone())

    return list(fill_batches(parts(), worker.batch_size))
