"""Class names and scores of videos or cached features.

    python tools/predict.py CHECKPOINT video.mp4 folder/ list.lst
    python tools/predict.py CHECKPOINT features/ --format csv --out scores.csv

The config, the class names and the class counts come from the checkpoint. All
but the result goes to stderr. A video that fails has its problem in place of
classes: in a csv a row without rank, class and score, in json no classes.
"""
import argparse
import contextlib
import csv
import io
import json
import sys
from pathlib import Path
from typing import List

from mmengine.config import DictAction

from projects_move.apis.inferencer import LongTailInferencer, Prediction


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description='Predict classes of videos')
    parser.add_argument('checkpoint')
    parser.add_argument(
        'sources',
        nargs='+',
        help='videos, feature files, folders of them, packed stores, lists')
    parser.add_argument('--config', help="in place of the checkpoint's own")
    parser.add_argument(
        '--prefix', default='', help='folder of the names of a list')
    parser.add_argument('--topk', type=int, default=5)
    parser.add_argument(
        '--format', choices=['table', 'json', 'csv'], default='table')
    parser.add_argument('--out', help='file in place of the screen')
    parser.add_argument('--batch-size', type=int, default=8)
    parser.add_argument('--num-workers', type=int, default=0)
    parser.add_argument('--device')
    parser.add_argument('--cfg-options', nargs='+', action=DictAction)
    args = parser.parse_args()
    if args.out and (Path(args.out).is_dir()
                     or not Path(args.out).parent.is_dir()):
        parser.error(f'--out {args.out} is no file in an existing folder')
    return args


def as_table(predictions: List[Prediction], topk: int) -> str:
    width = max(len(prediction.name) for prediction in predictions)
    lines = []
    for prediction in predictions:
        best = '  '.join(f'{label} {score:.3f}'
                         for label, score in prediction.top(topk))
        problem = f'failed: {prediction.problem}'
        lines.append(f'{prediction.name:<{width}}  '
                     f'{problem if prediction.problem else best}')
    return '\n'.join(lines) + '\n'


def as_json(predictions: List[Prediction], topk: int) -> str:
    rows = []
    for prediction in predictions:
        row = dict(video=prediction.name)
        if prediction.problem:
            row['problem'] = prediction.problem
        else:
            row['classes'] = [
                dict(name=label, score=round(score, 6))
                for label, score in prediction.top(topk)
            ]
        rows.append(row)
    return json.dumps(rows, indent=2, ensure_ascii=False) + '\n'


def as_csv(predictions: List[Prediction], topk: int) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator='\n')
    writer.writerow(['video', 'rank', 'class', 'score', 'problem'])
    for prediction in predictions:
        if prediction.problem:
            writer.writerow([prediction.name, '', '', '', prediction.problem])
        for rank, (label, score) in enumerate(prediction.top(topk), 1):
            writer.writerow([prediction.name, rank, label, f'{score:.6f}', ''])
    return file.getvalue()


def predict(args: argparse.Namespace) -> List[Prediction]:
    try:
        inferencer = LongTailInferencer(args.checkpoint, args.config,
                                        args.device, args.cfg_options)
        videos = inferencer.videos(args.sources, args.prefix)
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
        predictions = predict(args)
    formats = dict(table=as_table, json=as_json, csv=as_csv)
    text = formats[args.format](predictions, args.topk)
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
