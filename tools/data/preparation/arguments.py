"""Arguments of the scripts that prepare a benchmark."""
import argparse
from pathlib import Path
from typing import Dict, Optional


def parse_args(benchmark: str,
               out: str,
               files: Optional[Dict[str, str]] = None) -> argparse.Namespace:
    """Parse the command line.

    Args:
        benchmark: Name of the benchmark.
        out: Default folder, the ``data_root`` of the configs.
        files: Name and help of each file of the authors, if their names are
            not fixed. Each gets an argument of its own instead of
            ``--labels``, whose value is then a dict of the paths.
    """
    parser = argparse.ArgumentParser(description=f'Prepare {benchmark}')
    for name, text in (files or {}).items():
        parser.add_argument(f'--{name}', type=Path, metavar='FILE', help=text)
    if files is None:
        parser.add_argument(
            '--labels', type=Path, help='folder of the authors\' files')
    parser.add_argument(
        '--features',
        nargs='+',
        action='append',
        default=[],
        metavar=('NAME', 'SOURCE'),
        help='name of the folder of features to fill, and the folders, '
        'archives or parts of an archive to fill it from; without a source, '
        'the existing files are checked')
    parser.add_argument(
        '--videos',
        nargs='*',
        type=Path,
        metavar='SOURCE',
        help='folders or archives of the raw videos; without a source, the '
        'existing files are checked')
    parser.add_argument(
        '--out', type=Path, default=Path(out), help='folder to fill')
    parser.add_argument(
        '--copy',
        action='store_true',
        help='copy files of folders instead of linking them')
    parser.add_argument(
        '--strict',
        action='store_true',
        help='exit with 1 if a file is missing')
    args = parser.parse_args()
    if files is not None:
        given = {name: getattr(args, name) for name in files}
        missing = [f'--{name}' for name, path in given.items() if path is None]
        if 0 < len(missing) < len(files):
            parser.error(f'expected all files, {", ".join(missing)} not given')
        args.labels = None if missing else given
    return args
