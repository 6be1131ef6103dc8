"""Your videos as a data set: lists, class names and configs to train.

    python tools/data/make_dataset.py VIDEOS --out my_data
    python tools/data/make_dataset.py labels.csv --videos VIDEOS --out my_data

The first is a folder with a folder for each class, the second a csv with the
columns video and label (split where there is one), or one of Kinetics.
"""
import argparse
from pathlib import Path
from typing import Dict, List

import numpy as np

from projects_move.datasets.checking import group_summary
from projects_move.datasets.held_out import hold_out
from projects_move.datasets.sources import Source, read_source

CONFIGS = Path(__file__).resolve().parents[2] / 'configs'
SPLITS = ('train', 'val', 'test')
RGB = '''# python tools/train.py {file}
_base_ = [
    '{configs}/_base_/models/{model}.py',
    '{configs}/_base_/backbones/tsm_r50.py',
    '{configs}/_base_/datasets/rgb.py',
    '{configs}/_base_/schedules/adam_100e.py'
]

model = dict(
    backbone=_base_.backbone,
    neck=dict(necks=dict(netvlad=dict(detach_frames=False))),
    cls_head=dict(num_classes={num_classes}),
    data_preprocessor=_base_.data_preprocessor)
data = dict(
    data_root='{data_root}',
    data_prefix=dict(video='{videos}'),
    multi_class={multi_class})
'''
FEATURE = '''# python tools/extract_features.py {rgb} \\
#     --num-frames 152 --out {data_root}/features
# python tools/train.py {file}
_base_ = [
    '{configs}/_base_/models/{model}.py',
    '{configs}/_base_/datasets/custom_feature.py',
    '{configs}/_base_/schedules/adam_100e.py'
]

channels = {channels}
model = dict(
    neck=dict(in_channels=channels),
    cls_head=dict(num_classes={num_classes}))
data = dict(data_root='{data_root}', multi_class={multi_class})
'''
LOADERS = '''train_dataloader = dict(dataset=dict({pipeline}**data))
val_dataloader = dict(dataset=dict(**data))
test_dataloader = dict(dataset=dict(**data))
'''


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description='Make a data set')
    parser.add_argument('source', type=Path, help='folder or csv')
    parser.add_argument('--out', type=Path, required=True, help='new folder')
    parser.add_argument(
        '--videos', type=Path, help='folder of the videos of a csv')
    parser.add_argument(
        '--val', type=float, default=0.1, help='share of each class')
    parser.add_argument(
        '--test', type=float, default=0.2, help='share of each class')
    parser.add_argument(
        '--channels', type=int, default=2048, help='of the features')
    parser.add_argument('--head-min-exclusive', type=int, default=500)
    parser.add_argument('--tail-max-inclusive', type=int, default=100)
    args = parser.parse_args()
    if args.source.suffix == '.csv' and args.videos is None:
        parser.error('a csv needs --videos')
    return args


def split(source: Source, val: float, test: float) -> Dict[str, List[int]]:
    """Videos of each split: the source's own, or shares of each class."""
    if source.splits:
        unknown = sorted(set(source.splits) - set(SPLITS))
        if unknown:
            raise ValueError(f'splits must be {SPLITS}, got {unknown}')
        return {
            name: [i for i, each in enumerate(source.splits) if each == name]
            for name in SPLITS
        }
    index = {name: i for i, name in enumerate(source.classes)}
    labels = [[index[label] for label in row] for row in source.labels]
    tested = hold_out(source.names, labels, test)
    rest = np.flatnonzero(~tested)
    watched = rest[hold_out([source.names[i] for i in rest],
                            [labels[i] for i in rest], val / (1 - test))]
    return dict(
        train=sorted(set(rest.tolist()) - set(watched.tolist())),
        val=watched.tolist(),
        test=np.flatnonzero(tested).tolist())


def write_lists(source: Source, splits: Dict[str, List[int]],
                out: Path) -> None:
    index = {name: i for i, name in enumerate(source.classes)}
    (out / 'classes.txt').write_text('\n'.join(source.classes) + '\n')
    for name, videos in splits.items():
        (out / f'{name}.lst').write_text(''.join(
            f'{source.names[i]} '
            f"{','.join(str(index[label]) for label in source.labels[i])}\n"
            for i in videos))


def write_configs(source: Source, args: argparse.Namespace,
                  videos: Path) -> List[Path]:
    """MOVE and the baseline with aggregators, on videos and on features."""
    files = []
    common = dict(
        configs=CONFIGS,
        data_root=args.out.resolve(),
        videos=videos.resolve(),
        num_classes=len(source.classes),
        channels=args.channels,
        rgb=args.out / 'move_rgb.py',
        multi_class=any(len(row) > 1 for row in source.labels))
    for model in ('baseline_agg', 'move'):
        for kind, text in dict(rgb=RGB, feature=FEATURE).items():
            path = args.out / f"{model.replace('_', '-')}_{kind}.py"
            views = '' if model != 'move' else (
                'pipeline=_base_.train_pipeline + _base_.views, ')
            path.write_text((text + LOADERS).format(
                model=model, file=path, pipeline=views, **common))
            files.append(path)
    return files


def main() -> None:
    args = parse_args()
    if args.out.exists() and any(args.out.iterdir()):
        raise SystemExit(f'error: {args.out} is not empty')
    try:
        source = read_source(args.source)
        splits = split(source, args.val, args.test)
    except (OSError, ValueError) as error:
        raise SystemExit(f'error: {error}') from error
    args.out.mkdir(parents=True, exist_ok=True)
    write_lists(source, splits, args.out)
    files = write_configs(source, args, args.videos or args.source)

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


if __name__ == '__main__':
    main()
