"""A dozen kills at random moments; ``tests/kills.py`` does any number."""
import subprocess
import sys

import pytest

from tests.killed_tools import ROOT


@pytest.mark.parametrize('kind, kills', [('training', 4), ('extraction', 4),
                                         ('packing', 4)])
def test_nothing_is_lost(kind, kills):
    done = subprocess.run([
        sys.executable, '-W', 'ignore', '-m', 'tests.kills', kind, '--kills',
        str(kills), '--signals', 'KILL', 'TERM', 'KILL'
    ], cwd=ROOT, capture_output=True, text=True)  # yapf: disable
    assert done.returncode == 0, done.stdout + done.stderr
    assert f'{kind}: {kills} kills' in done.stdout
    assert ' 0 differences ' in done.stdout
