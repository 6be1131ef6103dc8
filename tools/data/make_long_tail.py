"""Reduce a balanced training list to a long-tailed one.

    python tools/data/make_long_tail.py train.lst --out train_lt0.01.lst \
        --ratio 0.01

Any list whose rows are lines is accepted; lines and their order are kept. A
class without videos takes no place in the curve. With the same seed, the list
of a smaller ratio is a subset of the list of a larger one.

With ``--validation``, part of each class goes into a second list before the
reduction: a balanced list to choose settings on, without the test list.
"""
import argparse
from pathlib import Path


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description='Make a long-tailed list')
    parser.add_argument('list', type=Path, help='list of videos')
    parser.add_argument('--out', type=Path, required=True, help='new list')
    parser.add_argument('--classes', help='file of class names')
    parser.add_argument(
        '--list-format', help='format of the list, if it is not clear')
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
    parser.add_argument(
        '--validation',
        type=Path,
        help='new list of the videos that are held out from the reduction')
    parser.add_argument(
        '--held-out',
        type=float,
        help='share of each class in the list of --validation (default: 0.25)')
    parser.add_argument('--head-min-exclusive', type=int, default=500)
    parser.add_argument('--tail-max-inclusive', type=int, default=100)
    parser.add_argument(
        '--force', action='store_true', help='overwrite existing new lists')
    return parser.parse_args()


def main() -> None:
    args = parse_args()
    check_validation(args)
    for path in filter(None, (args.out, args.validation)):
        if path.exists() and not args.force:
            raise SystemExit(f'error: {path} exists; --force overwrites it')
    from projects_move.apis.tool_errors import exit_on_input_error
    with exit_on_input_error():
        make_list(args)


def check_validation(args: argparse.Namespace) -> None:
    """Refuse options of ``--validation`` that do not go together."""
    if args.validation is None:
        if args.held_out is not None:
            raise SystemExit('error: --held-out needs --validation')
        return
    if args.held_out is None:
        args.held_out = 0.25
    if not 0 < args.held_out < 1:
        raise SystemExit('error: --held-out must be in (0, 1), got '
                         f'{args.held_out}')
    for name, path in (('--out', args.out), ('the list', args.list)):
        if args.validation.resolve() == path.resolve():
            raise SystemExit(f'error: --validation and {name} are the same '
                             f'file, {args.validation}')


def make_list(args: argparse.Namespace) -> None:
    import numpy as np

    from projects_move.datasets.checking import group_summary
    from projects_move.datasets.lists.held_out import hold_out
    from projects_move.datasets.lists.imbalance import class_sizes, keep_first
    from projects_move.datasets.lists.row_texts import read_row_texts
    from projects_move.file_io import atomic_write
    rows = read_row_texts(args.list, args.classes, args.list_format)
    labels = np.array([row[0] for row in rows.videos.labels])
    held_out = np.zeros(len(labels), dtype=bool)
    if args.validation is not None:
        held_out = hold_out(rows.videos.names, rows.videos.labels,
                            args.held_out)
    counts = np.bincount(labels[~held_out], minlength=len(rows.classes))
    order, ranking = np.arange(len(labels)), None
    if args.seed is not None:
        rng = np.random.RandomState(args.seed)  # same in every numpy
        order = rng.permutation(len(labels))
        ranking = rng.permutation(len(counts)).tolist()
    sizes = class_sizes(counts, args.profile, args.ratio, args.minimum,
                        ranking)
    order = order[~held_out[order]]
    kept = order[keep_first(labels[order], sizes)].tolist()
    with atomic_write(args.out) as draft:
        draft.write_bytes(rows.select(kept).encode())
    print(rows.report)
    if args.validation is not None:
        with atomic_write(args.validation) as draft:
            draft.write_bytes(
                rows.select(np.flatnonzero(held_out).tolist()).encode())
        print(f'{args.validation}: {held_out.sum()} of {len(labels)} videos, '
              f'{len(set(labels[held_out]))} of {len(rows.classes)} classes')
    empty = [rows.classes[i] for i in np.flatnonzero(counts == 0)]
    if empty:
        shown = ', '.join(empty[:10]) + ', ...' * (len(empty) > 10)
        print(f'left out of the curve, as no video has them as first label: '
              f'{len(empty)} classes ({shown})')
    print(f'{args.out}: {len(kept)} of {len(labels)} videos')
    for line in group_summary(
            np.bincount(
                [label for i in kept for label in rows.videos.labels[i]],
                minlength=len(counts)), args.head_min_exclusive,
            args.tail_max_inclusive):
        print(line)


if __name__ == '__main__':
    main()
