"""Every tool answers ``--help`` before it loads the framework."""
import argparse
import re
import subprocess
import sys
from pathlib import Path

import pytest

from projects_move.apis.extraction.pipeline import CROPS
from tools import arguments, extract_features

TOOLS = Path(__file__).parents[2] / 'tools'
SCRIPTS = sorted(
    str(path.relative_to(TOOLS)) for path in TOOLS.rglob('*.py')
    if "__name__ == '__main__'" in path.read_text())


@pytest.mark.parametrize('name', SCRIPTS)
def test_help_does_not_load_the_framework(name):
    done = subprocess.run(
        [sys.executable, '-X', 'importtime', TOOLS / name, '--help'],
        capture_output=True,
        text=True)
    assert done.returncode == 0 and 'usage' in done.stdout, done.stderr[-2000:]
    imported = set(re.findall(r'\| +(\w+)', done.stderr))
    assert 'argparse' in imported
    assert not imported & {'mmaction', 'mmengine', 'projects_move', 'torch'}


def test_overrides_have_keys():
    parser = argparse.ArgumentParser(exit_on_error=False)
    arguments.add_cfg_options(parser)
    args = parser.parse_args(
        ['--cfg-options', 'a.b=1', 'c=', '--cfg-options', 'd=x=y'])
    assert args.cfg_options == ['a.b=1', 'c=', 'd=x=y']
    for text in 'a.b', '=1':
        with pytest.raises(argparse.ArgumentError, match='expected key=value'):
            parser.parse_args(['--cfg-options', text])


def test_crops_of_extraction(monkeypatch):
    for crops in CROPS:
        monkeypatch.setattr(
            'sys.argv', ['tool', 'config.py', '--out', 'x', '--crops', crops])
        assert extract_features.parse_args().crops == crops


def test_methods_of_several_flags_add_up():
    parser = argparse.ArgumentParser()
    arguments.add_run_arguments(parser)
    args = parser.parse_args(
        ['a.py', *'--method srs cbs --method ema'.split()])
    assert args.method == ['srs', 'cbs', 'ema']
