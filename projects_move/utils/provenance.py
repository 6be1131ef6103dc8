"""Provenance of a published number: command, commit and versions."""
import platform
import shlex
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Dict, List

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ('projects_move', 'torch', 'mmaction2', 'mmengine', 'numpy')


def collect_provenance(command: List[str]) -> dict:
    """Command, commit of the checkout and versions of the main packages.

    An entry that cannot be found is ``'unknown'``.
    """
    versions = {'python': platform.python_version()}
    for name in PACKAGES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = 'unknown'
    return dict(command=command, commit=current_commit(), versions=versions)


def current_commit() -> str:
    """Commit of this checkout, with ``-dirty`` if files have changed."""
    if not (ROOT / '.git').exists():  # an installed package
        return 'unknown'
    try:
        result = subprocess.run(
            ['git', 'describe', '--always', '--dirty', '--exclude', '*'],
            cwd=ROOT,
            capture_output=True,
            text=True)
    except OSError:  # no git on this machine
        return 'unknown'
    return result.stdout.strip() or 'unknown'


def command_words() -> List[str]:
    """Command of this process, without the path of the interpreter."""
    return ['python', *sys.argv]


def command_line() -> str:
    """As :func:`command_words`, in one line."""
    return shlex.join(command_words())


def versions_text(versions: Dict[str, str]) -> str:
    """Versions by package in one line.

    Example:
        >>> versions_text({'python': '3.11.2', 'torch': '2.13.0'})
        'python 3.11.2, torch 2.13.0'
    """
    return ', '.join(f'{name} {number}' for name, number in versions.items())
