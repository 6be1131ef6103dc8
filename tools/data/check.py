"""Check a data set before training.

    python tools/data/check.py CONFIG
    python tools/data/check.py --list train.lst --classes classes.txt \
        --features FOLDER --channels 2048
    python tools/data/check.py --list train.lst --videos FOLDER

Reports every faulty line of the lists, every feature file that is missing,
truncated, not finite, or of other channels than the others or the model, and
every video that is missing, truncated or damaged, or has fewer frames than its
header claims, with its line. All frames of a video are decoded, or as many as
--max-frames. Exits with 1 if there are problems.
"""
import argparse
import sys
from functools import partial
from typing import Callable, Iterator, List, Optional, Tuple


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description='Check a data set')
    parser.add_argument('config', nargs='?', help='config file')
    parser.add_argument('--list', help='list to check without a config')
    parser.add_argument('--classes', help='file of class names for --list')
    parser.add_argument(
        '--list-format', help='format of --list, if it is not clear')
    parser.add_argument('--features', help='folder of feature files')
    parser.add_argument('--videos', help='folder of videos')
    parser.add_argument(
        '--single-label',
        action='store_true',
        help='report videos of --list with several labels')
    parser.add_argument(
        '--channels',
        type=int,
        help="expected channels of the features; by default the model's "
        'in_channels')
    parser.add_argument(
        '--max-frames',
        type=int,
        help='frames of a raw video to decode, from its start; by default all')
    parser.add_argument('--head-min-exclusive', type=int, default=500)
    parser.add_argument('--tail-max-inclusive', type=int, default=100)
    parser.add_argument('--num-workers', type=int, default=4)
    parser.add_argument(
        '--cfg-options',
        nargs='+',
        action='extend',
        metavar='KEY=VALUE',
        help='overrides of the config')
    args = parser.parse_args()
    if (args.config is None) == (args.list is None):
        parser.error('expected either a config or --list')
    if args.max_frames is not None and args.max_frames < 1:
        parser.error(f'--max-frames must be above 0, got {args.max_frames}')
    if args.list and (args.features is None) == (args.videos is None):
        parser.error('--list needs either --features or --videos')
    return args


def dataset_configs(args: argparse.Namespace) -> List[Tuple[str, dict]]:
    """Name and config of each data set to check."""
    if args.list:
        prefix = dict(features=args.features) if args.features else dict(
            video=args.videos)
        return [(args.list,
                 dict(
                     type='LongTailDataset',
                     ann_file=args.list,
                     pipeline=[],
                     data_prefix=prefix,
                     classes=args.classes or class_names(args),
                     list_format=args.list_format,
                     multi_class=not args.single_label))]
    from projects_move.apis.configs import (frame_channels, load_config,
                                            parse_cfg_options)
    cfg = load_config(
        args.config, cfg_options=parse_cfg_options(args.cfg_options))
    if args.channels is None:
        args.channels = frame_channels(cfg.get('model') or {})
    return [(split, dict(cfg[f'{split}_dataloader'].dataset, pipeline=[]))
            for split in ('train', 'val', 'test')
            if cfg.get(f'{split}_dataloader')]


def class_names(args: argparse.Namespace) -> Optional[List[str]]:
    """Class names that are the labels of the list; None if they are indices,
    or if the list is faulty, which the data set reports."""
    from projects_move.datasets.lists.formats.recognize import read_listing
    from projects_move.datasets.lists.labels import label_names
    from projects_move.errors import InputError
    try:
        listing = read_listing(args.list, args.list_format)
    except InputError:
        return None
    return label_names(listing.labels) or None


def check(name: str, cfg: dict, args: argparse.Namespace, pool) -> List[str]:
    """Problems of a data set."""
    from mmaction.registry import DATASETS

    from projects_move.datasets.checking import group_summary
    from projects_move.datasets.lists.annotations import AnnotationError
    from projects_move.datasets.lists.class_counts import base_datasets
    try:
        dataset = DATASETS.build(cfg)
    except AnnotationError as error:
        return [f'{name}: {problem}' for problem in error.problems]
    except (OSError, ValueError) as error:
        return [f'{name}: {error}']
    problems = []
    for base in base_datasets(dataset):
        infos = [base.get_data_info(i) for i in range(len(base))]
        check_files = check_features if infos and 'feature_path' in infos[
            0] else check_videos
        problems += [
            f'{name}: {problem}'
            for problem in check_files(name, infos, args, pool)
        ]
        if hasattr(base, 'class_counts'):
            print(f'{name}: {len(base)} videos')
            for line in group_summary(base.class_counts,
                                      args.head_min_exclusive,
                                      args.tail_max_inclusive):
                print(line)
    return problems


def check_features(name: str, infos: List[dict], args: argparse.Namespace,
                   pool) -> List[str]:
    """Problems of the feature files of a data set."""
    from projects_move.datasets.features.feature_checking import (
        channel_problems, inspect_features, summarize)
    results = list(progress(name, inspect_features, infos, pool))
    crashes = [result for result in results if isinstance(result, str)]
    reports = [result for result in results if not isinstance(result, str)]
    print(f'{name}: {summarize(reports)}')
    return crashes + [report.problem for report in reports if report.problem
                      ] + channel_problems(reports, args.channels)


def check_videos(name: str, infos: List[dict], args: argparse.Namespace,
                 pool) -> List[str]:
    """Problems of the videos of a data set."""
    from projects_move.datasets.checking import sample_problem
    depth = 'all frames' if args.max_frames is None else \
        f'up to {args.max_frames} frames of each'
    find_problem = partial(sample_problem, max_frames=args.max_frames)
    problems = list(progress(name, find_problem, infos, pool))
    print(f'{name}: {len(infos)} videos, {depth} decoded')
    return [problem for problem in problems if problem]


def progress(name: str, function: Callable, infos: List[dict],
             pool) -> Iterator:
    """Results of a function of data infos, while the progress is shown."""
    for done, result in enumerate(pool.imap(function, infos), 1):
        yield result
        if done % 100 == 0 or done == len(infos):
            print(
                f'\r{name}: {done}/{len(infos)} files',
                end='',
                file=sys.stderr)
    print(file=sys.stderr)


def main() -> None:
    args = parse_args()
    from projects_move.apis.tool_errors import exit_on_input_error
    with exit_on_input_error():
        check_all(args)


def check_all(args: argparse.Namespace) -> None:
    """Print the problems of all data sets.

    Raises:
        SystemExit: With 1 if there are problems, else with 0.
    """
    from mmengine.registry import init_default_scope

    from projects_move.apis.prediction.crash_safe_pool import CrashSafePool
    from projects_move.utils.escape import one_line
    init_default_scope('mmaction')
    problems = []
    with CrashSafePool(args.num_workers) as pool:
        for name, cfg in dataset_configs(args):
            problems += check(name, cfg, args, pool)
    for problem in problems:
        print(one_line(problem))
    print(f'{len(problems)} problems')
    raise SystemExit(1 if problems else 0)


if __name__ == '__main__':
    main()
