"""Arguments of the scripts that prepare a benchmark."""
import argparse
from pathlib import Path


def parse_args(benchmark: str, out: str) -> argparse.Namespace:
    """Parse the command line.

    Args:
        benchmark: Name of the benchmark.
        out: Default folder, the ``data_root`` of the configs.
    """
    parser = argparse.ArgumentParser(description=f'Prepare {benchmark}')
    parser.add_argument(
        '--labels', type=Path, help='folder of the authors\' lists')
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
    return parser.parse_args()
