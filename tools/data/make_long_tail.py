"""Reduce a balanced training list to a long-tailed one.

    python tools/data/make_long_tail.py train.lst --out train_lt0.01.lst \
        --ratio 0.01

Lines and their order are kept. With the same seed, the list of a smaller
ratio is a subset of the list of a larger one.
"""
import argparse
import csv
from pathlib import Path
from typing import Dict


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description='Make a long-tailed list')
    parser.add_argument('list', type=Path, help='lines "name label[,label]"')
    parser.add_argument('--out', type=Path, required=True, help='new list')
    parser.add_argument('--classes', help='file of class names')
    parser.add_argument(
        '--profile',
        choices=('exponential', 'step', 'pareto'),
        default='exponential')
    parser.add_argument(
        '--ratio',
        type=float,
        required=True,
        help='size of the rarest class relative to the most frequent one')
    parser.add_argument(
        '--minimum', type=int, default=1, help='minimum videos of a class')
    parser.add_argument(
        '--seed',
        type=int,
        help='seed of a random selection of videos and a random ranking of '
        'classes; by default the first videos and the ranking by frequency')
    parser.add_argument('--head-min-exclusive', type=int, default=500)
    parser.add_argument('--tail-max-inclusive', type=int, default=100)
    parser.add_argument(
        '--force', action='store_true', help='overwrite an existing --out')
    return parser.parse_args()


def rows_by_line(path: Path, encoding: str) -> Dict[int, str]:
    """Text of each row by the number of its last line; a quoted field of a
    csv may contain line breaks."""
    if path.suffix.lower() != '.csv':
        lines = path.read_text(encoding=encoding).splitlines()
        return dict(enumerate(lines, 1))
    with open(path, encoding=encoding, newline='') as file:
        lines = file.readlines()
    reader, rows, start = csv.reader(lines), {}, 0
    for _ in reader:
        row = ''.join(lines[start:reader.line_num])
        rows[reader.line_num] = row.rstrip('\r\n')
        start = reader.line_num
    return rows


def main() -> None:
    args = parse_args()
    if args.out.exists() and not args.force:
        raise SystemExit(f'error: {args.out} exists; --force overwrites it')
    import numpy as np

    from projects_move.datasets.checking import group_summary
    from projects_move.datasets.lists.annotations import (read_classes,
                                                          read_list)
    from projects_move.datasets.lists.imbalance import class_sizes, keep_first
    from projects_move.datasets.lists.text_files import ENCODING
    try:
        classes = read_classes(args.classes) if args.classes else None
        videos = read_list(args.list, classes)
        labels = np.array([row[0] for row in videos.labels])
        num_classes = len(classes) if classes else int(labels.max()) + 1
        order, ranking = np.arange(len(labels)), None
        if args.seed is not None:
            rng = np.random.RandomState(args.seed)  # same in every numpy
            order = rng.permutation(len(labels))
            ranking = rng.permutation(num_classes).tolist()
        counts = np.bincount(labels, minlength=num_classes)
        sizes = class_sizes(counts, args.profile, args.ratio, args.minimum,
                            ranking)
    except (OSError, ValueError) as error:
        raise SystemExit(f'error: {error}')
    kept = set(order[keep_first(labels[order], sizes)].tolist())

    rows = rows_by_line(args.list, ENCODING)
    text = [rows[line] for i, line in enumerate(videos.lines) if i in kept]
    if args.list.suffix.lower() == '.csv':
        text.insert(0, rows[min(rows)])
    args.out.parent.mkdir(parents=True, exist_ok=True)
    with open(args.out, 'w', encoding='utf-8', newline='') as file:
        file.write('\n'.join(text) + '\n')
    print(f'{args.out}: {len(kept)} of {len(labels)} videos')
    for line in group_summary(
            np.bincount([label for i in kept for label in videos.labels[i]],
                        minlength=num_classes), args.head_min_exclusive,
            args.tail_max_inclusive):
        print(line)


if __name__ == '__main__':
    main()
