"""Predict class names and scores of videos or cached features.

    python tools/predict.py CHECKPOINT video.mp4 folder/ list.lst
    python tools/predict.py CHECKPOINT features/ --format csv --out scores.csv

The config and the class names come from the checkpoint. The result goes to
stdout or a file, all other output to stderr. A video that fails has a problem
instead of classes; its CSV row has no rank, class and score.
"""
import argparse
import contextlib
import sys
from pathlib import Path

from arguments import add_inferencer_arguments


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description='Predict classes of videos')
    add_inferencer_arguments(parser)
    parser.add_argument(
        'sources',
        nargs='+',
        help='videos, feature files, folders of them, packed stores, lists')
    parser.add_argument(
        '--prefix', default='', help='folder of the names of a list')
    parser.add_argument(
        '--list-format', help='format of the lists, if it is not clear')
    parser.add_argument(
        '--topk', type=int, default=5, help='classes per video')
    parser.add_argument(
        '--format', choices=['table', 'json', 'csv'], default='table')
    parser.add_argument('--out', help='file to write instead of stdout')
    parser.add_argument('--batch-size', type=int, default=8)
    parser.add_argument('--num-workers', type=int, default=0)
    parser.add_argument('--device', help='by default a GPU, else the CPU')
    args = parser.parse_args()
    if args.out and (Path(args.out).is_dir()
                     or not Path(args.out).parent.is_dir()):
        parser.error(f'--out {args.out} is no file in an existing folder')
    return args


def predict(args: argparse.Namespace) -> list:
    """Predictions for all sources, with progress on a terminal."""
    from projects_move.apis.config_utils import parse_cfg_options
    from projects_move.apis.inferencer import LongTailInferencer
    try:
        inferencer = LongTailInferencer(args.checkpoint, args.config,
                                        args.device,
                                        parse_cfg_options(args.cfg_options))
        videos = inferencer.videos(args.sources, args.prefix,
                                   args.list_format)
    except (OSError, ValueError) as error:
        raise SystemExit(f'error: {error}') from error
    predictions = []
    for prediction in inferencer.predict(videos, args.batch_size,
                                         args.num_workers):
        predictions.append(prediction)
        if args.out and sys.stderr.isatty():
            print(
                f'\r{len(predictions)} of {len(videos)}',
                end='',
                file=sys.stderr)
    return predictions


def main() -> None:
    args = parse_args()
    with contextlib.redirect_stdout(sys.stderr):  # the framework prints
        from projects_move.apis.prediction_formats import FORMATS
        predictions = predict(args)
    text = FORMATS[args.format](predictions, args.topk)
    if args.out:
        with open(args.out, 'w', newline='', encoding='utf-8') as file:
            file.write(text)
    else:
        sys.stdout.write(text)
    failed = [prediction for prediction in predictions if prediction.problem]
    for prediction in failed:
        print(
            f'failed: {prediction.name}: {prediction.problem}',
            file=sys.stderr)
    if failed:
        raise SystemExit(f'{len(failed)} of {len(predictions)} videos failed')


if __name__ == '__main__':
    main()
