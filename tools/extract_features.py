"""Cache the features of all videos of a config.

    python tools/extract_features.py CONFIG [CHECKPOINT] --out FOLDER

Runs the backbone of a raw-video config over the lists of its data loaders
and writes one ``.npy`` of ``(frames, channels)`` per video; with several
crops, the rows of one frame are adjacent. A second run resumes after an
interruption. Several machines divide the videos by ``--engine lease`` or
``--engine ray``, or by hand by ``--shard 0/4`` to ``--shard 3/4``; the
processes of ``torchrun`` divide them automatically.
"""
import argparse
from pathlib import Path

from arguments import add_cfg_options, integer_from, number


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description='Cache video features')
    parser.add_argument(
        'config', help='raw-video config, a file or the name of a shipped one')
    parser.add_argument(
        'checkpoint',
        nargs='?',
        help='weights of the recognizer; by default the pretrained weights '
        'in the config of the backbone')
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
        type=integer_from(1),
        default=150,
        help='uniform frames per video, or clips if the config samples clips')
    frames.add_argument(
        '--fps', type=number, help='frames or clips per second')
    frames.add_argument(
        '--all-frames', action='store_true', help='every frame')
    frames.add_argument(
        '--test-sampling',
        action='store_true',
        help='frames that the test pipeline of the config samples')
    parser.add_argument(
        '--crops', default='center', choices=['center', 'three', 'ten'])
    parser.add_argument(
        '--flip', action='store_true', help='add the mirror images')
    parser.add_argument(
        '--dtype', default='float16', choices=['float16', 'float32'])
    parser.add_argument(
        '--format',
        choices=['files', 'store'],
        help='files: a .npy for each video; store: a packed store; by '
        'default what --out is already, a new folder gets files')
    parser.add_argument(
        '--batch-size',
        '--chunk',
        type=integer_from(1),
        default=64,
        help='frames or clips of a forward pass')
    parser.add_argument(
        '--precision',
        default='auto',
        choices=['auto', 'float32', 'bfloat16', 'float16'],
        help='float type of the backbone; auto: bfloat16 or float16 on a GPU, '
        'float32 on a CPU')
    parser.add_argument(
        '--tries',
        type=integer_from(2),
        default=3,
        help='crashes of a decoder, or of a process of --engine lease or '
        'ray, after which a video has failed')
    parser.add_argument(
        '--num-workers',
        type=integer_from(0),
        default=2,
        help='decoding processes; with 0, a video that crashes its decoder '
        'ends the run')
    parser.add_argument(
        '--engine',
        default='local',
        choices=['local', 'lease', 'ray'],
        help='local: this process, or the ranks of torchrun or the tasks of '
        'srun; lease: any number of processes that run the same command on '
        'a shared file system; ray: Ray Data, see docs/clusters.md')
    parser.add_argument(
        '--unit-videos',
        type=integer_from(1),
        help='videos that a process claims at once, of --engine lease and '
        'ray; by default a thousandth of the list, from 16 to 4096')
    parser.add_argument(
        '--lease-seconds',
        type=integer_from(1),
        help='time without a heartbeat after which a process counts as '
        'crashed, by default 120')
    parser.add_argument(
        '--ray-workers',
        type=integer_from(1),
        help='workers of --engine ray; by default one for each GPU of the '
        'cluster, or as many as its CPUs allow')
    parser.add_argument(
        '--shard',
        help='i/n: process the i-th (from 0) of n shards, divided between '
        'the ranks of torchrun; by default all videos, divided between the '
        'ranks of torchrun or the tasks of srun')
    parser.add_argument(
        '--seed',
        type=integer_from(0),
        default=0,
        help='seed of a backbone without pretrained weights')
    add_cfg_options(parser)
    args = parser.parse_args()
    if args.fps is not None and args.fps <= 0:
        parser.error(f'--fps must be above 0, got {args.fps}')
    if args.flip and args.crops == 'ten':
        parser.error('--crops ten already includes the mirror images')
    return args


def main() -> None:
    args = parse_args()
    from projects_move.apis.extraction.extract_videos import extract_features
    from projects_move.apis.tool_errors import exit_on_input_error
    with exit_on_input_error():
        extract_features(args)


if __name__ == '__main__':
    main()
