"""Errors of writing logs, and errors of writing that name no file."""
import logging
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, Union
from unittest import mock

from projects_move.file_io import UNNAMED, named_errors


@contextmanager
def output_errors(folder: Union[str, Path]) -> Iterator[None]:
    """Raise an error of a full disk with the name of its log, where logging
    prints a traceback for each line. Other errors of writing that name no
    file get the name of the folder.

    Args:
        folder: Folder in which the block writes.
    """
    report = logging.Handler.handleError

    def handle_error(handler: logging.Handler,
                     record: logging.LogRecord) -> None:
        error = sys.exc_info()[1]
        if not isinstance(error, OSError) or error.errno not in UNNAMED:
            report(handler, record)
            return
        with named_errors(getattr(handler, 'baseFilename', 'stdout')):
            raise error

    with mock.patch.object(logging.Handler, 'handleError', handle_error), \
            named_errors(folder):
        yield
