"""Strict decimal numbers in texts.

Python's ``int`` and ``float`` also read ``0_16``, ``+1``, ``1e3``, ``nan`` and
digits of other scripts, which are names in a list.
"""
import re
from typing import Optional

NUMBER = r'(?:0|[1-9][0-9]*)'
_WHOLE = re.compile(NUMBER)
_ROUND = re.compile(rf'({NUMBER})(?:\.0+)?')
_SECONDS = re.compile(r'([0-9]+)(?:\.0+)?')
MAX_DIGITS = 18  # fits in int64


def parse_whole(text: str) -> Optional[int]:
    """Whole number from 0 in decimal notation without leading zeros, or None.

    Example:
        >>> [parse_whole(text) for text in ('16', '0', '0_16', '+1', '01')]
        [16, 0, None, None, None]
    """
    return int(
        text) if _WHOLE.fullmatch(text) and len(text) <= MAX_DIGITS else None


def parse_count(text: str) -> Optional[int]:
    """Whole number, which may be written as ``12.0``, or None.

    Example:
        >>> [parse_count(text) for text in ('12', '12.0', '1.5', 'nan')]
        [12, 12, None, None]
    """
    return _group(_ROUND.fullmatch(text))


def parse_seconds(text: str) -> Optional[int]:
    """Whole seconds such as ``10``, ``10.0`` or ``000010``, or None.

    Example:
        >>> [parse_seconds(text) for text in ('10', '10.0', '000010', '1e1')]
        [10, 10, 10, None]
    """
    return _group(_SECONDS.fullmatch(text))


def _group(match) -> Optional[int]:
    return int(match[1]) if match and len(match[1]) <= MAX_DIGITS else None
