"""Extraction of features by the arguments of ``extract_features.py``."""
import argparse
import os
import sys
from typing import List

import mmengine

from projects_move.errors import InputError
from projects_move.utils.escape import one_line
from projects_move.utils.stop_signal import REQUEUE, stop_requested
from .config_videos import config_videos
from .engines import Engine, Summary, build_engine
from .job import ExtractionJob, Outcome
from .job_arguments import backbone_job, config_job
from .provenance import known_folder
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
    else:
        job, cfg = config_job(args)
    if found:
        videos, folder = found.videos, os.path.abspath(found.videos.root)
    else:
        videos, folder = config_videos(cfg, args.splits)
    job = job._replace(videos=folder)
    known = known_folder(job)
    if known not in (None, folder):
        print(f'note: {job.out} has features of the videos below {known}; a '
              f'video below {folder} of the same name counts as done')
    run_engine(build_engine(args), job, videos)


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
        progress = mmengine.ProgressBar(count) if count else None
        try:
            for outcome in engine.outcomes(is_stopping):
                if progress:
                    progress.update()
                if outcome.problem:
                    failures.append(outcome)
        except OSError as error:
            if isinstance(error, InputError) or error.errno is None:
                raise
            raise InputError(f'cannot write into {job.out}: {error.strerror}; '
                             'the same command continues') from error
        finally:
            if progress:
                print()  # ends the line of the bar
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
