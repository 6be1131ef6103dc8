"""Outcomes of a case, and the judgement of one reading."""
import traceback
from typing import Any, Callable, NamedTuple, Optional, Sequence

from projects_move.errors import InputError

READ = 'read'
REFUSED = 'refused'
GOOD = (READ, REFUSED)
WRONG = 'wrong values'
SILENT = 'fault not noticed'
OVERSTRICT = 'refused a sound input'
UNNAMED = 'error without the name of the input'
BARE = 'bare traceback'
HANG = 'hang'
CRASH = 'crash'
BAD = (WRONG, SILENT, OVERSTRICT, UNNAMED, BARE, HANG, CRASH)


class Outcome(NamedTuple):
    """Outcome of a case.

    Attributes:
        kind: One of ``GOOD`` and ``BAD``.
        detail: What happened.
    """
    kind: str
    detail: str = ''


class Expected(NamedTuple):
    """Independent reading of an input.

    Attributes:
        value: What a reader must return; None for a faulty input.
        refusable: Whether an error is right as well.
    """
    value: Any
    refusable: bool = False


FAULTY = Expected(None)


def judge(read: Callable[[], Any], expected: Expected, names: Sequence[str],
          same: Callable[[Any, Any], Optional[str]]) -> Outcome:
    """Outcome of reading an input.

    Args:
        read: Reading with the package.
        expected: Independent reading.
        names: Texts of which an error must contain one: the file's name, or
            the name of a video.
        same: Difference between a value and the expected one, empty if there
            is none.
    """
    try:
        value = read()
    except InputError as error:
        return _judge_error(str(error), expected, names)
    except Exception:
        return Outcome(BARE, traceback.format_exc(limit=-3))
    if expected.value is None:
        return Outcome(SILENT, f'read {value!r:.300}')
    difference = same(value, expected.value)
    return Outcome(WRONG, difference) if difference else Outcome(READ)


def _judge_error(text: str, expected: Expected,
                 names: Sequence[str]) -> Outcome:
    if expected.value is not None and not expected.refusable:
        return Outcome(OVERSTRICT, text)
    if not any(name in text for name in names):
        return Outcome(UNNAMED, text)
    return Outcome(REFUSED, text)


def difference(value: Any, expected: Any) -> str:
    """Difference between two plain values, empty if they are equal."""
    if value == expected:
        return ''
    return f'expected {expected!r:.200}, got {value!r:.200}'
