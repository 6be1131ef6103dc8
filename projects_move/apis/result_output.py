"""Output of a tool whose stdout is data, which other programs read."""
import contextlib
import ctypes
import os
import sys
import tempfile
from pathlib import Path
from typing import Iterator, Optional

from projects_move.errors import InputError
from projects_move.file_io import atomic_write
from .tool_errors import discard_stdout


@contextlib.contextmanager
def stdout_to_stderr() -> Iterator[None]:
    """Send everything that is written to stdout to stderr.

    It redirects the file descriptor, so that the output of libraries in C and
    of worker processes is redirected as well.
    """
    if sys.stdout is not None:
        sys.stdout.flush()
    try:
        saved = os.dup(1)
    except OSError:  # stdout is closed
        saved = None
    try:
        if saved is not None:
            os.dup2(2, 1)
        with contextlib.redirect_stdout(sys.stderr):
            yield
    finally:
        _flush_libraries()
        if saved is not None:
            os.dup2(saved, 1)
            os.close(saved)


def _flush_libraries() -> None:
    """Write the buffers of libraries in C before stdout is restored."""
    with contextlib.suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).fflush(None)


def check_output(out: Optional[str]) -> None:
    """Check that a result can be written, before it is computed.

    Args:
        out: File; None is stdout.

    Raises:
        InputError: For a folder, a file in no folder, and a place where
            nothing can be written.
    """
    if out is None:
        if sys.stdout is None:
            raise InputError('stdout is closed: give --out')
        return
    path = Path(out)
    if path.is_dir() or not path.parent.is_dir():
        raise InputError(f'--out {out} is no file in an existing folder')
    if path.exists() and not path.is_file():  # a FIFO or a device
        return
    is_new = not path.exists()
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT))
        if is_new:
            path.unlink()
        with tempfile.TemporaryFile(dir=path.parent):  # for the draft
            pass
    except OSError as error:
        raise InputError(f'--out {out} cannot be written: {error}') from error


def write_result(text: str, out: Optional[str]) -> None:
    """Write a result to a file or to stdout, as UTF-8.

    If that fails, the result goes to a file of the temporary folder, and an
    error names it.

    Raises:
        InputError: If the result is not where it should be.
    """
    try:
        if out is None:
            _write_stdout(text)
        elif Path(out).exists() and not Path(out).is_file():
            with open(out, 'w', newline='', encoding='utf-8') as file:
                file.write(text)
        else:
            with atomic_write(os.path.realpath(out)) as draft:
                draft.write_bytes(text.encode())
    except BrokenPipeError:  # the reader has enough, as in ``tool | head``
        discard_stdout()
    except OSError as error:
        place = _write_elsewhere(text)
        raise InputError(f'{out or "stdout"} cannot be written: {error}; the '
                         f'result is in {place}') from error


def _write_stdout(text: str) -> None:
    if hasattr(sys.stdout, 'reconfigure'):
        sys.stdout.reconfigure(encoding='utf-8', newline='')
    sys.stdout.write(text)
    sys.stdout.flush()


def _write_elsewhere(text: str) -> str:
    """Write a result to a new file, else to stdout; returns the place."""
    for folder in (tempfile.gettempdir(), '.'):
        with contextlib.suppress(OSError):
            handle, path = tempfile.mkstemp('.txt', 'result-', folder)
            with open(handle, 'wb') as file:
                file.write(text.encode())
            return path
    _write_stdout(text)
    return 'stdout'
