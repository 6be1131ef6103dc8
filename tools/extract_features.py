"""Cache the features of videos.

    python tools/extract_features.py --videos FOLDER_OR_LIST \
        --backbone timm/vit_base_patch16_clip_224.openai --out STORE
    python tools/extract_features.py CONFIG [CHECKPOINT] --out FOLDER

The first command takes a backbone by its name, with its own preprocessing. The
second takes backbone and test pipeline of a raw-video config, and by default
the videos of its lists. Each video gives ``(frames, channels)``; with several
crops, the rows of one frame are adjacent. A second run resumes after an
interruption. Several machines divide the videos by ``--engine lease`` or
``--engine ray``, or by hand by ``--shard 0/4`` to ``--shard 3/4``; the
processes of ``torchrun`` divide them automatically.
"""
import argparse
from pathlib import Path

from arguments import add_cfg_options, integer_from, key_value, positive

SPLITS = ('train', 'val', 'test')


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description='Cache video features')
    parser.add_argument(
        'config',
        nargs='?',
        help='raw-video config, a file or the name of a shipped one')
    parser.add_argument(
        'checkpoint',
        nargs='?',
        help='weights of the recognizer; by default the pretrained weights '
        'in the config of the backbone')
    add_backbone_arguments(parser)
    parser.add_argument('--out', type=Path, required=True, help='folder')
    parser.add_argument(
        '--videos',
        type=Path,
        help='folder of videos and of folders of frames (img_00001.jpg), a '
        'list of any format, or a video; by default the lists of the config')
    parser.add_argument(
        '--root', type=Path, help='folder of the names of a list in --videos')
    parser.add_argument(
        '--list-format',
        help='format of a list in --videos, if it is not clear')
    parser.add_argument(
        '--splits',
        nargs='+',
        choices=SPLITS,
        help='data loaders of the config whose lists are read; by default all')
    frames = parser.add_mutually_exclusive_group()
    frames.add_argument(
        '--num-frames',
        type=integer_from(1),
        default=150,
        help='uniform frames per video, or clips if the config samples clips')
    frames.add_argument(
        '--fps', type=positive, help='frames or clips per second')
    frames.add_argument(
        '--all-frames', action='store_true', help='every frame')
    frames.add_argument(
        '--test-sampling',
        action='store_true',
        help='frames that the test pipeline of the config samples')
    parser.add_argument(
        '--frame-rate',
        type=positive,
        help='frames per second of folders of frames, for --fps')
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
        'default what --out is already; a new folder becomes a store with '
        '--backbone, and gets files with a config')
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
    check_sources(parser, args)
    if args.flip and args.crops == 'ten':
        parser.error('--crops ten already includes the mirror images')
    return args


def add_backbone_arguments(parser: argparse.ArgumentParser) -> None:
    """Backbone by its name, instead of a config."""
    parser.add_argument(
        '--backbone',
        metavar='NAME',
        help='instead of a config: timm/NAME, torchvision/NAME, '
        'transformers/NAME, efficientnet-lite0')
    parser.add_argument(
        '--weights',
        metavar='FILE',
        help='weights of --backbone: a file or folder; none for random ones; '
        'by default the published ones, which are downloaded')
    parser.add_argument(
        '--backbone-options',
        nargs='+',
        action='extend',
        type=key_value,
        metavar='KEY=VALUE',
        help='further settings of --backbone, such as pooling=mean')
    parser.add_argument(
        '--clip-len',
        type=integer_from(1),
        help='frames of a clip of a --backbone that takes clips; by default '
        'as its model says')
    parser.add_argument(
        '--frame-interval',
        type=integer_from(1),
        help='distance between the frames of a clip of --backbone; by default '
        'as its model says, or 4')


def check_sources(parser: argparse.ArgumentParser,
                  args: argparse.Namespace) -> None:
    """Refuse options that do not go together."""
    if (args.config is None) == (args.backbone is None):
        parser.error('expected either CONFIG or --backbone')
    names = ('weights', 'backbone_options', 'clip_len', 'frame_interval')
    if args.backbone:
        names = ('splits', 'cfg_options')
        if args.videos is None:
            parser.error('--backbone needs --videos')
        if args.test_sampling:
            parser.error('--test-sampling needs a config')
    for name in names:
        if getattr(args, name) is not None:
            parser.error(f'--{name.replace("_", "-")} needs ' +
                         ('a config' if args.backbone else '--backbone'))
    if args.videos is None:
        for name in ('root', 'list_format'):
            if getattr(args, name) is not None:
                parser.error(f'--{name.replace("_", "-")} needs --videos')
    elif args.splits:
        parser.error('--splits reads the lists of the config: leave out '
                     '--videos')
    args.splits = args.splits or SPLITS


def main() -> None:
    args = parse_args()
    from projects_move.apis.extraction.extract_videos import extract_features
    from projects_move.apis.tool_errors import exit_on_input_error
    with exit_on_input_error():
        extract_features(args)


if __name__ == '__main__':
    main()
