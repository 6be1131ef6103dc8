"""Predict class names and scores of videos or cached features.

    python tools/predict.py CHECKPOINT video.mp4 folder/ list.lst
    python tools/predict.py CHECKPOINT features/ --format csv --out scores.csv

The config and the class names come from the checkpoint. The result goes to
stdout or a file, all other output to stderr. A video that fails has a problem
instead of classes; its CSV row has no rank, class and score. Ctrl-C ends the
prediction and writes what is done.
"""
import argparse

from arguments import add_inferencer_arguments, integer_from


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
        '--topk',
        type=integer_from(1),
        default=5,
        help='classes per video; all, if there are fewer')
    parser.add_argument(
        '--format', choices=['table', 'json', 'csv'], default='table')
    parser.add_argument('--out', help='file to write instead of stdout')
    parser.add_argument('--batch-size', type=integer_from(1), default=8)
    parser.add_argument(
        '--num-workers',
        type=integer_from(0),
        help='processes that read videos, by default 2, and 0 for features; '
        'with 0, a video that crashes its decoder ends the run')
    parser.add_argument('--device', help='by default a GPU, else the CPU')
    return parser.parse_args()


def main() -> None:
    args = parse_args()
    from projects_move.apis.prediction.predict_videos import predict_videos
    from projects_move.apis.tool_errors import exit_on_input_error
    with exit_on_input_error():
        predict_videos(args)


if __name__ == '__main__':
    main()
