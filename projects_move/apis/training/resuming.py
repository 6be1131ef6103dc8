"""Checkpoint from which an interrupted training resumes."""
import logging
import os
import zipfile
from pathlib import Path
from typing import Iterator, Optional, Union

from mmengine.logging import print_log

from projects_move.apis.checkpoints import read_checkpoint
from projects_move.engine.hooks.atomic_checkpoint_hook import INTERRUPTED
from projects_move.errors import InputError
from .training_state import require_training_state


def latest_checkpoint(work_dir: Union[str, Path]) -> Optional[Path]:
    """Latest checkpoint that is complete, None if there is none.

    A file that is missing, cut or damaged is logged, and the training resumes
    from the one before. The folder may have moved since it was written.

    Args:
        work_dir: Folder of the training.
    """
    for path in _candidates(Path(work_dir)):
        try:
            check_checkpoint(path)
        except InputError as error:
            _warn(f'not resumed from this checkpoint: {error}')
            continue
        return path
    return None


def check_checkpoint(path: Union[str, Path], to_resume: bool = False) -> None:
    """Check that a checkpoint is complete, where this is possible.

    The checksums are those of the zip file that torch writes. Files that
    MMEngine downloads, and folders of a distributed checkpoint, pass.

    Args:
        path: Name of the checkpoint.
        to_resume: Whether a training continues with its state.

    Raises:
        InputError: For a file that is no checkpoint, or that is damaged, and
            see :func:`require_training_state`.
    """
    if '://' in str(path) or os.path.isdir(path):
        return
    saved = read_checkpoint(path)
    if to_resume:
        require_training_state(path, saved)
    if os.path.isfile(path) and zipfile.is_zipfile(path):
        try:
            with zipfile.ZipFile(path) as file:
                damaged = file.testzip()
        except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError,
                RuntimeError, ValueError) as error:
            raise InputError(f'{path} is damaged: {error}') from error
        if damaged:
            raise InputError(f'{path} is damaged: the checksum of {damaged} '
                             'in it is wrong')


def _candidates(folder: Path) -> Iterator[Path]:
    """Checkpoints of a training, the latest first."""
    last = folder / 'last_checkpoint'
    named = None
    if last.is_file():
        text = last.read_text(errors='surrogateescape').strip()
        if text and '\0' not in text:
            named = folder / Path(text).name  # also if the folder has moved
            if not named.exists():
                named = Path(text)
            yield named
        else:
            _warn(f'{last} names no checkpoint')
    saved = [
        folder / INTERRUPTED, *folder.glob('epoch_*.pth'),
        *folder.glob('iter_*.pth')
    ]
    for path in sorted(
            filter(os.path.exists, saved), key=os.path.getmtime, reverse=True):
        if named is None or os.path.realpath(path) != os.path.realpath(named):
            yield path


def _warn(text: str) -> None:
    print_log(text, 'current', logging.WARNING)
