"""Checkpoint from which an interrupted training resumes."""
import logging
import os
from pathlib import Path
from typing import Iterator, Optional

from mmengine.logging import print_log

from projects_move.errors import InputError
from .checkpoints import read_checkpoint


def latest_checkpoint(work_dir: str) -> Optional[Path]:
    """Latest checkpoint that can be read, None if there is none.

    An interruption may cut the file that was being written. Such a file is
    logged, and the training resumes from the one before.

    Args:
        work_dir: Folder of the training.
    """
    for path in _candidates(Path(work_dir)):
        try:
            check_checkpoint(path)
        except InputError as error:
            print_log(f'not resumed from this checkpoint: {error}', 'current',
                      logging.WARNING)
            continue
        return path
    return None


def check_checkpoint(path) -> None:
    """Check that a checkpoint is whole, where this is possible.

    Files that MMEngine downloads, and folders of a distributed checkpoint,
    pass.

    Raises:
        InputError: For a file that is no checkpoint.
    """
    if '://' not in str(path) and not os.path.isdir(path):
        read_checkpoint(path)


def _candidates(folder: Path) -> Iterator[Path]:
    """Checkpoints of a training, the latest first."""
    last = folder / 'last_checkpoint'
    named = None
    if last.is_file():
        text = last.read_text(errors='surrogateescape').strip()
        if text and '\0' not in text:
            named = Path(text)
            yield named
    saved = [*folder.glob('epoch_*.pth'), *folder.glob('iter_*.pth')]
    for path in sorted(
            filter(os.path.exists, saved), key=os.path.getmtime, reverse=True):
        if named is None or os.path.realpath(path) != os.path.realpath(named):
            yield path
