"""Tables of the pages are what their commands print from results by seed."""
import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tests.pages import PAGES, blocks

# no training, and no finished run of this checkout
PYTHON = ('python() { "$PYTHON" "$1" --dry-run --work-dir "$WORK_DIR" '
          '"${@:2}"; }\n')
COMMANDS = [(page, command) for page in PAGES
            for command in blocks(page, 'shell')
            if '--results configs/' in command]


@pytest.mark.parametrize(
    'page, command', COMMANDS, ids=[page.parent.name for page, _ in COMMANDS])
def test_a_table_is_what_its_command_prints(page, command, tmp_path):
    done = subprocess.run(['bash', '-e', '-c', PYTHON + command],
                          cwd=ROOT,
                          env={
                              **os.environ, 'PYTHON': sys.executable,
                              'WORK_DIR': str(tmp_path)
                          },
                          capture_output=True,
                          text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    rows = [line for line in done.stdout.splitlines() if line[:1] == '|']
    assert len(rows) > 3
    missing = [row for row in rows if row not in page.read_text()]
    assert not missing
