"""Fields of a line that blanks separate."""
from typing import List, Tuple

from .decimals import parse_whole

BLANKS = ' \t'  # other blanks, such as that of Unicode, belong to a name


def split_last(line: str) -> Tuple[str, str]:
    """Line without its last field, and this field.

    Example:
        >>> split_last('my clip.mp4  0,3 ')
        ('my clip.mp4', '0,3')
    """
    line = line.rstrip(BLANKS)
    cut = max(line.rfind(' '), line.rfind('\t')) + 1
    return line[:cut].rstrip(BLANKS), line[cut:]


def split_first(line: str) -> Tuple[str, str]:
    """First field of a line, and the rest.

    Example:
        >>> split_first('1  long jump')
        ('1', 'long jump')
    """
    line = line.strip(BLANKS)
    cut = min(
        [len(line), *(line.index(each) for each in BLANKS if each in line)])
    return line[:cut], line[cut:].lstrip(BLANKS)


def split_numbers(line: str) -> Tuple[str, List[str]]:
    """Name of a line, and the numbers at its end.

    Example:
        >>> split_numbers('walk/v1.mp4 1 3 5')
        ('walk/v1.mp4', ['1', '3', '5'])
    """
    name, numbers = line.rstrip(BLANKS), []
    while True:
        head, last = split_last(name)
        if not head or parse_whole(last) is None:
            return name, numbers[::-1]
        numbers.append(last)
        name = head
