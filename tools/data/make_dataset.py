"""Make a data set from your videos: lists, class names and configs.

    python tools/data/make_dataset.py VIDEOS --out my_data
    python tools/data/make_dataset.py labels.csv --videos VIDEOS --out my_data

VIDEOS is a folder with one folder per class. A csv has the columns video and
label (split is optional) or those of Kinetics; a list with lines
"class/video.mp4 0" is accepted as well. If only one of the lists val and test
has videos, it serves as both, and the checkpoint of the last epoch is used.
"""
import argparse
import sys
from pathlib import Path


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description='Make a data set')
    parser.add_argument('source', type=Path, help='folder, csv or list')
    parser.add_argument('--out', type=Path, required=True, help='new folder')
    parser.add_argument(
        '--videos', type=Path, help='folder of the videos of a csv or list')
    parser.add_argument(
        '--classes', type=Path, help='file with the class names of a list')
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
        '--channels', type=int, default=2048, help='channels of the features')
    parser.add_argument('--head-min-exclusive', type=int, default=500)
    parser.add_argument('--tail-max-inclusive', type=int, default=100)
    args = parser.parse_args()
    if args.source.is_file() and args.videos is None:
        parser.error('a csv or list needs --videos')
    if min(args.val, args.test) < 0 or args.val + args.test >= 1:
        parser.error('expected shares --val and --test from 0, with a sum '
                     f'below 1, got {args.val} and {args.test}')
    return args


def main() -> None:
    args = parse_args()
    if args.out.exists() and not (args.out.is_dir()
                                  and not any(args.out.iterdir())):
        raise SystemExit(f'error: expected a new or empty folder, {args.out} '
                         'is not empty')
    from custom_dataset.configs import write_configs
    from custom_dataset.splits import split_videos, write_lists

    from projects_move.datasets.checking import group_summary
    from projects_move.datasets.lists.annotations import read_classes
    from projects_move.datasets.lists.labelled_videos import \
        read_labelled_videos
    from projects_move.datasets.videos.video_files import video_file
    try:
        classes = read_classes(args.classes) if args.classes else None
        videos = read_labelled_videos(args.source, classes)
        splits = split_videos(videos, args.val, args.test)
    except (OSError, ValueError) as error:
        raise SystemExit(f'error: {error}') from error
    args.out.mkdir(parents=True, exist_ok=True)
    write_lists(videos, splits, args.out)
    folder = args.videos or args.source
    files = write_configs(
        args.out,
        folder,
        num_classes=len(videos.classes),
        multi_class=any(len(row) > 1 for row in videos.labels),
        channels=args.channels,
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
    missing = [
        name for name in videos.names
        if not (folder / video_file(name)).is_file()
    ]
    if missing:
        shown = ', '.join(missing[:5]) + ', ...' * (len(missing) > 5)
        print(
            f'{len(missing)} of {len(videos.names)} videos are not in '
            f'{folder}: {shown}',
            file=sys.stderr)


if __name__ == '__main__':
    main()
