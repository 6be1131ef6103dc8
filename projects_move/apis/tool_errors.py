"""Errors of a tool as short messages, without a traceback."""
import os
import re
import sys
import traceback
from contextlib import contextmanager
from typing import Iterator, Optional

from projects_move.errors import InputError
from .memory_errors import memory_fault
from .worker_ends import workers_end_with_errors

INTERRUPTED = 130  # 128 + SIGINT, the exit status of a shell
NO_TYPE = re.compile(r'\S+ is not in the \S+ registry')
NO_ARGUMENT = re.compile(r'unexpected keyword argument|missing \d+ required')
ENDED_WORKER = re.compile(r'DataLoader worker \(pid')
CRASH = 'tools/data/check.py finds a video that crashes its decoder'


@contextmanager
def exit_on_input_error() -> Iterator[None]:
    """End the tool with one message if an input is faulty.

    ``error: ...`` goes to stderr, and the exit status is 1. Faults of the
    input are an :class:`InputError`, also if a worker of a data loader raised
    it; an ``OSError`` of the system; too little memory; and types and
    arguments in a config that do not exist. Any other exception is a fault of
    the code and keeps its traceback. A closed stdout (``tool | head``) ends
    the tool without a message.

    Raises:
        SystemExit: Instead of these errors.
    """
    try:
        with workers_end_with_errors():
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
        with _no_report_of_destructors():
            traceback.clear_frames(error.__traceback__)
        raise SystemExit(f'error: {message}') from None


@contextmanager
def _no_report_of_destructors() -> Iterator[None]:
    """Silence the destructors of objects whose constructor had failed."""
    report, sys.unraisablehook = sys.unraisablehook, lambda unraisable: None
    try:
        yield
    finally:
        sys.unraisablehook = report


def input_fault(error: Exception) -> Optional[str]:
    """Message of an error that is a fault of the input, else None.

    Example:
        >>> input_fault(InputError('a.lst: line 3: no label'))
        'a.lst: line 3: no label'
        >>> input_fault(KeyError('x')) is None
        True
    """
    message = str(
        error.args[0] if isinstance(error, KeyError) and error.args else error)
    worker = re.match(r'Caught (\w+) in ', message)
    if worker:
        return _worker_fault(error, worker[1])
    if isinstance(error, (InputError, FileNotFoundError)):
        return message
    fault = memory_fault(error)
    if fault is None and isinstance(error, OSError):
        return None if error.errno is None else message
    if ENDED_WORKER.match(message):
        fault = fault or f'{message.splitlines()[0]}: {CRASH}'
    return fault or _config_fault(error, message)


def _worker_fault(error: Exception, kind: str) -> Optional[str]:
    """As :func:`input_fault`, of an error whose text torch has replaced by
    the traceback of the worker."""
    fault = memory_fault(error)
    if fault:
        return fault
    text = re.split(rf'(?m)^[\w.]*{kind}: ', str(error))[-1].strip()
    is_system = kind in _names(OSError) and text.startswith('[Errno ')
    return text if is_system or kind in _names(InputError) else None


def _config_fault(error: Exception, message: str) -> Optional[str]:
    """Message of an error that a registry raises for a type or an argument,
    or this package for the value of an argument."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    if 'build_from_cfg' not in [frame.f_code.co_name for frame in frames]:
        return None
    is_type = isinstance(error, KeyError) and NO_TYPE.match(message)
    is_argument = isinstance(error, TypeError) and NO_ARGUMENT.search(message)
    is_value = isinstance(error, ValueError) and \
        frames[-1].f_globals.get('__name__', '').startswith('projects_move.')
    if is_type or is_argument or is_value:
        text = NO_TYPE.match(message)[0] if is_type else message
        return f'the config cannot be used: {text}'
    return None


def _names(kind: type) -> set:
    """Names of a class and of all its subclasses."""
    return {kind.__name__}.union(*map(_names, kind.__subclasses__()))


def discard_stdout() -> None:
    """Drop the rest of the output, which nothing reads any more."""
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, sys.stdout.fileno())
    os.close(devnull)
