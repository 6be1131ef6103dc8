"""Your videos as a data set: lists, class names and configs to train.

    python tools/data/make_dataset.py VIDEOS --out my_data
    python tools/data/make_dataset.py labels.csv --videos VIDEOS --out my_data

The first is a folder with a folder for each class, the second a csv with the
columns video and label (split where there is one), or one of Kinetics, or a
list of lines "class/video.mp4 0". Where only one of the lists val and test
has videos, it is both and the last epoch counts.
"""
import argparse
import sys
from pathlib import Path
from typing import Dict, List

import numpy as np
from dataset_configs import write_configs

from projects_move.datasets.checking import group_summary
from projects_move.datasets.lists.annotations import read_classes
from projects_move.datasets.lists.held_out import hold_out
from projects_move.datasets.lists.labelled_videos import Source, read_source
from projects_move.datasets.videos.video_files import video_file

SPLITS = ('train', 'val', 'test')


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description='Make a data set')
    parser.add_argument('source', type=Path, help='folder, csv or list')
    parser.add_argument('--out', type=Path, required=True, help='new folder')
    parser.add_argument(
        '--videos', type=Path, help='folder of the videos of a csv or list')
    parser.add_argument(
        '--classes', type=Path, help='file of the class names of a list')
    parser.add_argument(
        '--val', type=float, default=0.1, help='share of each class')
    parser.add_argument(
        '--test', type=float, default=0.2, help='share of each class')
    parser.add_argument(
        '--channels', type=int, default=2048, help='of the features')
    parser.add_argument('--head-min-exclusive', type=int, default=500)
    parser.add_argument('--tail-max-inclusive', type=int, default=100)
    args = parser.parse_args()
    if args.source.is_file() and args.videos is None:
        parser.error('a csv or list needs --videos')
    if min(args.val, args.test) < 0 or args.val + args.test >= 1:
        parser.error('--val and --test are shares that leave one to train on, '
                     f'got {args.val} and {args.test}')
    return args


def split(source: Source, val: float, test: float) -> Dict[str, List[int]]:
    """Videos of each split: the source's own, or shares of each class.

    Raises:
        ValueError: For another split, and where there is nothing to train
            on, or neither to validate nor to test on.
    """
    if source.splits:
        unknown = sorted(set(source.splits) - set(SPLITS))
        if unknown:
            raise ValueError(f'splits must be {SPLITS}, got {unknown}')
        found = {
            name: [i for i, each in enumerate(source.splits) if each == name]
            for name in SPLITS
        }
        if not found['train'] or not found['val'] + found['test']:
            raise ValueError(
                'expected videos of the split train and of val or test, got '
                f"{', '.join(sorted(set(source.splits)))}; without the column "
                'split, shares of each class are held out')
        return found
    index = {name: i for i, name in enumerate(source.classes)}
    labels = [[index[label] for label in row] for row in source.labels]
    tested = hold_out(source.names, labels, test)
    rest = np.flatnonzero(~tested)
    watched = rest[hold_out([source.names[i] for i in rest],
                            [labels[i] for i in rest], val / (1 - test))]
    if not tested.any() and not len(watched):
        largest = np.bincount([row[0] for row in labels]).max()
        raise ValueError(f'--val {val} and --test {test} hold no video out: '
                         f'the largest class has {largest}')
    return dict(
        train=sorted(set(rest.tolist()) - set(watched.tolist())),
        val=watched.tolist(),
        test=np.flatnonzero(tested).tolist())


def write_lists(source: Source, splits: Dict[str, List[int]],
                out: Path) -> None:
    index = {name: i for i, name in enumerate(source.classes)}
    (out / 'classes.txt').write_text(
        '\n'.join(source.classes) + '\n', encoding='utf-8')
    for name, videos in splits.items():
        if not videos:
            continue
        lines = [
            f'{source.names[i]} '
            f"{','.join(str(index[label]) for label in source.labels[i])}\n"
            for i in videos
        ]
        (out / f'{name}.lst').write_text(''.join(lines), encoding='utf-8')


def tell_missing(source: Source, videos: Path) -> None:
    """Say which videos of a csv or list are not there."""
    missing = [
        name for name in source.names
        if not (videos / video_file(name)).is_file()
    ]
    if missing:
        shown = ', '.join(missing[:5]) + ', ...' * (len(missing) > 5)
        print(
            f'{len(missing)} of {len(source.names)} videos are not in '
            f'{videos}: {shown}',
            file=sys.stderr)


def main() -> None:
    args = parse_args()
    if args.out.exists() and not (args.out.is_dir()
                                  and not any(args.out.iterdir())):
        raise SystemExit(f'error: {args.out} is not empty')
    try:
        classes = read_classes(args.classes) if args.classes else None
        source = read_source(args.source, classes)
        splits = split(source, args.val, args.test)
    except (OSError, ValueError) as error:
        raise SystemExit(f'error: {error}') from error
    args.out.mkdir(parents=True, exist_ok=True)
    write_lists(source, splits, args.out)
    videos = args.videos or args.source
    files = write_configs(
        args.out,
        videos,
        num_classes=len(source.classes),
        multi_class=any(len(row) > 1 for row in source.labels),
        channels=args.channels,
        held_out=[name for name in ('val', 'test') if splits[name]])

    index = {name: i for i, name in enumerate(source.classes)}
    counts = np.bincount(
        [index[label] for i in splits['train'] for label in source.labels[i]],
        minlength=len(index))
    print(f'{len(source.names)} videos of {len(index)} classes: ' +
          ', '.join(f'{len(videos)} {name}'
                    for name, videos in splits.items()))
    for line in group_summary(counts, args.head_min_exclusive,
                              args.tail_max_inclusive):
        print(line)
    for path in (args.out / 'classes.txt', *files):
        print(f'written: {path}')
    for name, other in (('val', 'test'), ('test', 'val')):
        if not splits[name]:
            print(f'no video is held out for {name}: {other}.lst is used, and '
                  'the last epoch counts')
    tell_missing(source, videos)


if __name__ == '__main__':
    main()
