"""Errors of a tool as short messages, without a traceback."""
import os
import re
import sys
from contextlib import contextmanager
from typing import Iterator

from projects_move.errors import InputError

INTERRUPTED = 130  # 128 + SIGINT, the exit status of a shell
REGISTRY = re.compile(r'\w+ is not in the \S+ registry')


@contextmanager
def exit_on_input_error() -> Iterator[None]:
    """End the tool with one message if an input is faulty.

    ``error: ...`` goes to stderr, and the exit status is 1. Faults of the
    input are an :class:`InputError`, also if a worker of a data loader raised
    it; an ``OSError`` that names a file; and a type in a config that is not
    registered. Any other exception is a fault of the code and keeps its
    traceback. A closed stdout (``tool | head``) ends the tool without a
    message.

    Raises:
        SystemExit: Instead of these errors.
    """
    try:
        yield
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        discard_stdout()
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        print('interrupted', file=sys.stderr)
        raise SystemExit(INTERRUPTED) from None
    except Exception as error:
        message = input_fault(error)
        if message is None:
            raise
        raise SystemExit(f'error: {message}') from None


def input_fault(error: Exception) -> str:
    """Message of an error that is a fault of the input, else None.

    Example:
        >>> input_fault(InputError('a.lst: line 3: no label'))
        'a.lst: line 3: no label'
        >>> input_fault(KeyError('x')) is None
        True
    """
    if isinstance(error, OSError) and not isinstance(error, InputError):
        return None if error.filename is None else str(error)
    if isinstance(error, KeyError):  # its text is quoted
        found = REGISTRY.match(str(error.args[0]) if error.args else '')
        return found and f'the config has an unknown type: {found[0]}'
    message = str(error)
    worker = re.match(r'Caught (\w+) in ', message)
    if worker:  # torch replaces the text by the traceback of the worker
        if worker[1] not in _names(InputError):
            return None
        return re.split(r'(?m)^[\w.]*' + f'{worker[1]}: ', message)[-1].strip()
    return message if isinstance(error, InputError) else None


def _names(kind: type) -> set:
    """Names of a class and of all its subclasses."""
    return {kind.__name__}.union(*map(_names, kind.__subclasses__()))


def discard_stdout() -> None:
    """Drop the rest of the output, which nothing reads any more."""
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, sys.stdout.fileno())
    os.close(devnull)
