"""Prediction by the arguments of ``predict.py``."""
import argparse
import sys
from typing import List, Tuple

from projects_move.apis.configs.cfg_options import parse_cfg_options
from projects_move.apis.result_output import (check_output, stdout_to_stderr,
                                              write_result)
from projects_move.apis.tool_errors import INTERRUPTED
from projects_move.utils.escape import one_line
from .formats import FORMATS
from .inferencer import LongTailInferencer
from .records import Prediction

# a decoder that crashes ends a worker instead of the tool
DECODERS = 2


def predict_videos(args: argparse.Namespace) -> None:
    """Predict all inputs and write the result.

    After an interruption the result has the predictions so far, and a problem
    for each of the other videos.

    Raises:
        InputError: For faulty inputs, and a result that cannot be written.
        SystemExit: If a video failed, or after an interruption.
    """
    check_output(args.out)
    with stdout_to_stderr():  # the framework prints
        predictions, interrupted = predict_all(args)
    write_result(FORMATS[args.format](predictions, args.topk), args.out)
    failed = [prediction for prediction in predictions if prediction.problem]
    if interrupted:
        done = len(predictions) - len(failed)
        print(
            f'interrupted: {done} of {len(predictions)} videos are predicted',
            file=sys.stderr)
        raise SystemExit(INTERRUPTED)
    for prediction in failed:
        print(
            f'failed: {one_line(prediction.name)}: '
            f'{one_line(prediction.problem)}',
            file=sys.stderr)
    if failed:
        raise SystemExit(f'{len(failed)} of {len(predictions)} videos failed')


def predict_all(args: argparse.Namespace) -> Tuple[List[Prediction], bool]:
    """Predictions of all inputs, with progress on a terminal, and whether
    they were interrupted."""
    inferencer = LongTailInferencer(args.checkpoint, args.config, args.device,
                                    parse_cfg_options(args.cfg_options))
    videos = inferencer.videos(args.sources, args.prefix, args.list_format)
    num_workers = args.num_workers
    if num_workers is None:
        num_workers = 0 if inferencer.takes_features else DECODERS
    predictions: List[Prediction] = []
    try:
        for prediction in inferencer.predict(videos, args.batch_size,
                                             num_workers):
            predictions.append(prediction)
            if args.out and sys.stderr.isatty():
                print(
                    f'\r{len(predictions)} of {len(videos)}',
                    end='',
                    file=sys.stderr)
    except KeyboardInterrupt:
        rest = videos[len(predictions):]
        return predictions + [
            Prediction(video['video_id'], None, [], 'not predicted: '
                       'interrupted') for video in rest
        ], True
    return predictions, False
