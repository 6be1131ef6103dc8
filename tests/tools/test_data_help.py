"""The scripts of tools/data answer ``--help`` without importing torch."""
import re
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / 'tools' / 'data'


@pytest.mark.parametrize('name',
                         sorted(path.name for path in FOLDER.glob('*.py')))
def test_help(name):
    done = subprocess.run(
        [sys.executable, '-X', 'importtime', FOLDER / name, '--help'],
        capture_output=True,
        text=True)
    assert done.returncode == 0 and done.stdout.startswith('usage: ')
    assert re.search(r'\| +argparse$', done.stderr, re.M)
    assert not re.search(r'\| +torch$', done.stderr, re.M)
