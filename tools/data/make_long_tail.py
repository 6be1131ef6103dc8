"""Cut a long-tailed training list out of a balanced one.

    python tools/data/make_long_tail.py train.lst --out train_lt0.01.lst \
        --ratio 0.01

Keeps the lines as they are and in their order. The lists of one seed are
nested: what a smaller ratio keeps, a larger one keeps too.
"""
import argparse
from pathlib import Path

import numpy as np

from projects_move.datasets.annotations import (AnnotationError, read_classes,
                                                read_list)
from projects_move.datasets.checking import group_summary
from projects_move.datasets.imbalance import PROFILES, class_sizes, keep_first


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description='Cut a long-tailed list')
    parser.add_argument('list', type=Path, help='of "name label[,label]"')
    parser.add_argument('--out', type=Path, required=True, help='new list')
    parser.add_argument('--classes', help='class names')
    parser.add_argument(
        '--profile', choices=list(PROFILES), default='exponential')
    parser.add_argument(
        '--ratio',
        type=float,
        required=True,
        help='videos of the rarest to those of the most frequent class')
    parser.add_argument(
        '--minimum', type=int, default=1, help='videos that a class keeps')
    parser.add_argument(
        '--seed',
        type=int,
        help='draw the videos and the ranking of the classes; without one, '
        'the first videos and the ranking by frequency')
    parser.add_argument('--head-min-exclusive', type=int, default=500)
    parser.add_argument('--tail-max-inclusive', type=int, default=100)
    parser.add_argument(
        '--force', action='store_true', help='replace an existing --out')
    return parser.parse_args()


def main() -> None:
    args = parse_args()
    if args.out.exists() and not args.force:
        raise SystemExit(f'error: {args.out} exists; --force replaces it')
    try:
        classes = read_classes(args.classes) if args.classes else None
        videos = read_list(args.list, classes)
    except (AnnotationError, OSError) as error:
        raise SystemExit(f'error: {error}')
    labels = np.array([row[0] for row in videos.labels])  # the first counts
    num_classes = len(classes) if classes else int(labels.max()) + 1
    counts = np.bincount(labels, minlength=num_classes)
    order, ranking = np.arange(len(labels)), None
    if args.seed is not None:
        rng = np.random.RandomState(args.seed)  # frozen in every numpy
        order = rng.permutation(len(labels))
        ranking = rng.permutation(num_classes).tolist()
    try:
        sizes = class_sizes(counts, args.profile, args.ratio, args.minimum,
                            ranking)
    except ValueError as error:
        raise SystemExit(f'error: {error}')
    kept = set(order[keep_first(labels[order], sizes)].tolist())

    lines = args.list.read_text().splitlines()
    header = lines[:1] if args.list.suffix == '.csv' else []
    text = header + [
        lines[number - 1] for i, number in enumerate(videos.lines) if i in kept
    ]
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text('\n'.join(text) + '\n')
    print(f'{args.out}: {len(kept)} of {len(labels)} videos')
    for line in group_summary(
            np.bincount([label for i in kept for label in videos.labels[i]],
                        minlength=num_classes), args.head_min_exclusive,
            args.tail_max_inclusive):
        print(line)


if __name__ == '__main__':
    main()
