"""Make a data set from your videos: lists, class names and configs.

    python tools/data/make_dataset.py VIDEOS --out my_data
    python tools/data/make_dataset.py labels.csv --videos VIDEOS --out my_data
    python tools/data/make_dataset.py train.csv --val-list val.csv \
        --test-list test.csv --videos VIDEOS --out my_data

VIDEOS is a folder with one folder per class, or with train, val and test above
them. Lists may have any format of docs/own_videos.md, which names them and the
options of --list-format. If only one of the lists val and test has videos, it
serves as both, and the checkpoint of the last epoch is used.

The configs are those of MOVE+, MOVE and their baseline, for TSM with ResNet-50
or, with --backbone NAME, for a backbone of timm, torchvision or transformers.
"""
import argparse
import os
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description='Make a data set')
    parser.add_argument('source', type=Path, help='folder or list')
    parser.add_argument('--out', type=Path, required=True, help='new folder')
    parser.add_argument(
        '--videos', type=Path, help='folder of the videos of a list')
    parser.add_argument('--val-list', type=Path, help='list of the validation')
    parser.add_argument('--test-list', type=Path, help='list of the test')
    parser.add_argument(
        '--list-format',
        help='format of the source and the lists, if it is not clear')
    parser.add_argument(
        '--classes', type=Path, help='file with the class names of a list')
    parser.add_argument(
        '--single-label',
        action='store_true',
        help='refuse videos with several labels')
    parser.add_argument(
        '--allow-missing',
        action='store_true',
        help='leave out videos of a list that have no file')
    parser.add_argument(
        '--val',
        type=float,
        default=0.1,
        help='share of each class for validation')
    parser.add_argument(
        '--test',
        type=float,
        default=0.2,
        help='share of each class for the test')
    parser.add_argument(
        '--backbone',
        metavar='NAME',
        help='backbone of the configs, frozen: timm/NAME, torchvision/NAME, '
        'transformers/NAME, efficientnet-lite0; by default TSM with ResNet-50')
    parser.add_argument(
        '--weights',
        metavar='FILE',
        help='weights of --backbone: a file or folder; by default the '
        'published ones')
    parser.add_argument(
        '--backbone-options',
        nargs='+',
        action='extend',
        metavar='KEY=VALUE',
        help='further settings of --backbone, such as pooling=mean')
    parser.add_argument(
        '--channels',
        type=int,
        help='channels of features of your own, 2048 by default')
    parser.add_argument('--head-min-exclusive', type=int, default=500)
    parser.add_argument('--tail-max-inclusive', type=int, default=100)
    args = parser.parse_args()
    if args.channels is not None and args.channels < 1:
        parser.error(f'expected --channels above 0, got {args.channels}')
    if args.backbone and args.channels is not None:
        parser.error('--backbone has channels of its own: leave out '
                     '--channels')
    if not args.backbone and (args.weights or args.backbone_options):
        parser.error('--weights and --backbone-options need --backbone')
    written = {
        '--out': args.out.resolve(),
        '--videos' if args.videos else 'source': args.videos or args.source,
        '--backbone': args.backbone,
        '--weights': args.weights,
        '--backbone-options': ' '.join(args.backbone_options or ())
    }
    for option, value in written.items():
        if not str(value).isprintable():  # configs would hold broken lines
            parser.error(f'expected a printable name for {option}, '
                         f'got {str(value)!r}')
    if args.videos is None and (os.path.isfile(args.source) or args.val_list
                                or args.test_list):
        parser.error('a csv or list needs --videos')
    if not (args.val >= 0 and args.test >= 0 and args.val + args.test < 1):
        parser.error('expected shares --val and --test from 0, with a sum '
                     f'below 1, got {args.val} and {args.test}')
    return args


def main() -> None:
    args = parse_args()
    if args.out.exists() and not (args.out.is_dir()
                                  and not any(args.out.iterdir())):
        raise SystemExit(f'error: expected a new or empty folder, {args.out} '
                         'is not empty')
    from projects_move.apis.tool_errors import exit_on_input_error
    with exit_on_input_error():
        make_dataset(args)


@contextmanager
def all_or_nothing(folder: Path) -> Iterator[None]:
    """Delete the files of a folder that was empty, if the block fails, so
    that the same command can run again."""
    existed = folder.exists()
    try:
        yield
    except BaseException:
        for path in folder.iterdir() if folder.exists() else ():
            path.unlink()
        if not existed and folder.exists():
            folder.rmdir()
        raise


def make_dataset(args: argparse.Namespace) -> None:
    from custom_dataset.configs import quote, write_configs
    from custom_dataset.sizes import Sizes
    from custom_dataset.sources import read_sources
    from custom_dataset.splits import split_videos, write_lists

    videos = read_sources(args)
    splits = split_videos(videos, args.val, args.test)
    from custom_dataset.backbones import backbone_texts  # imports torch

    from projects_move.datasets.checking import group_summary
    backbone = backbone_texts(args)
    with all_or_nothing(args.out):
        write_lists(videos, splits, args.out)
        files = write_configs(
            args.out,
            args.videos or args.source,
            sizes=Sizes.of(videos.classes, videos.labels, splits['train']),
            backbone=backbone,
            held_out=[name for name in ('val', 'test') if splits[name]])

    labels = [label for i in splits['train'] for label in videos.labels[i]]
    sizes = [f'{len(indices)} {name}' for name, indices in splits.items()]
    print(f'{len(videos.names)} videos of {len(videos.classes)} classes: ' +
          ', '.join(sizes))
    for line in group_summary([labels.count(name) for name in videos.classes],
                              args.head_min_exclusive,
                              args.tail_max_inclusive):
        print(line)
    for path in (args.out / 'classes.txt', *files):
        print(f'written: {path}')
    for name, other in (('val', 'test'), ('test', 'val')):
        if not splits[name]:
            print(f'no video is held out for {name}: {other}.lst is used, and '
                  'the checkpoint of the last epoch')
    feature, rgb = (
        quote(args.out / f'move-plus_{kind}.py')
        for kind in ('feature', 'rgb'))
    print('next:')
    for command in (f'python tools/data/check.py {rgb}',
                    ' \\\n      '.join(backbone.extract),
                    f'python tools/train.py {feature} --test'):
        print(f'  {command}')


if __name__ == '__main__':
    main()
