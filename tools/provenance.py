"""What a number came from: command, commit, versions."""
import platform
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import List

PACKAGES = ('projects_move', 'torch', 'mmaction2', 'mmengine', 'numpy')


def provenance(command: List[str]) -> dict:
    """Command, commit (``-dirty`` with changes of its own), versions."""
    versions = {'python': platform.python_version()}
    for name in PACKAGES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = 'unknown'
    return dict(command=command, commit=commit(), versions=versions)


def commit() -> str:
    """Of the checkout that holds this file."""
    try:
        done = subprocess.run(
            ['git', 'describe', '--always', '--dirty', '--exclude', '*'],
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True)
    except OSError:
        return 'unknown'
    return done.stdout.strip() or 'unknown'


def command_line() -> str:
    """How this process was started, without the interpreter's path."""
    return ' '.join(['python', *sys.argv])
