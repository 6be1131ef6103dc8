"""Pack a folder of feature files into a store, unpack or verify it.

    python tools/pack_features.py pack FOLDER STORE --dtype float16
    python tools/pack_features.py unpack STORE FOLDER
    python tools/pack_features.py verify FOLDER STORE
    python tools/pack_features.py check STORE

``verify`` compares all values with the files, ``check`` all frames with their
checksums.

A store is a folder of a few large files. A config reads either folder by the
same setting, ``data_prefix``. A second run resumes after an interruption and
adds new videos. ``--shard i/n`` divides the work between machines.
"""
import argparse
import sys
from pathlib import Path


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description='Pack cached features')
    parser.add_argument(
        'action', choices=['pack', 'unpack', 'verify', 'check'])
    parser.add_argument('source', type=Path)
    parser.add_argument('target', type=Path, nargs='?')
    parser.add_argument(
        '--dtype',
        choices=['float16', 'float32'],
        default='float16',
        help='dtype of the frames in a store')
    parser.add_argument(
        '--shard-bytes',
        type=int,
        default=2**31,
        help='maximum size of a shard file')
    parser.add_argument(
        '--shard',
        default='0/1',
        help='i/n: process the i-th (from 0) of n shards of the videos')
    return parser.parse_args()


def main() -> None:
    args = parse_args()
    from projects_move.apis import packing
    from projects_move.utils.escape import one_line
    try:
        problems = packing.run(args)
    except KeyboardInterrupt:
        raise SystemExit('\ninterrupted; the same command resumes') from None
    except (OSError, RuntimeError, ValueError) as error:
        raise SystemExit(f'\nerror: {error}') from None
    for problem in problems:
        print(f'failed: {one_line(problem)}', file=sys.stderr)
    if problems:
        raise SystemExit(f'{len(problems)} videos failed')


if __name__ == '__main__':
    main()
