"""Reading of text files, and the error that reports the faults of a list."""
import codecs
from pathlib import Path
from typing import List, Union

from projects_move.errors import InputError, MissingInputError

MAX_SHOWN = 20
BYTE_ORDER_MARKS = {  # UTF-32 first, its mark begins with that of UTF-16
    codecs.BOM_UTF32_LE: 'UTF-32',
    codecs.BOM_UTF32_BE: 'UTF-32',
    codecs.BOM_UTF16_LE: 'UTF-16',
    codecs.BOM_UTF16_BE: 'UTF-16'
}


class AnnotationError(InputError):
    """Faults of a list, each with its line.

    Attributes:
        problems: One text per fault.
    """

    def __init__(self, path: Union[str, Path], problems: List[str]) -> None:
        self.problems = problems
        shown = '\n  '.join(problems[:MAX_SHOWN])
        more = len(problems) - MAX_SHOWN
        tail = f'\n  ... and {more} more' if more > 0 else ''
        super().__init__(f'{path}: {len(problems)} faulty '
                         f"{'line' if len(problems) == 1 else 'lines'}\n  "
                         f'{shown}{tail}')


def read_text(path: Union[str, Path]) -> str:
    r"""Text of a UTF-8 file, with or without byte order mark. Each ``\r\n``
    becomes ``\n``.

    Raises:
        MissingInputError: If there is no such file.
        AnnotationError: For another encoding, a NUL character, and a bare
            carriage return, each with its line.
        InputError: For anything but a readable file.
    """
    data = _read_bytes(Path(path))
    for mark, name in BYTE_ORDER_MARKS.items():
        if data.startswith(mark):
            raise AnnotationError(path, [
                f'line 1: expected UTF-8, found the byte order mark of {name}'
                f'; convert it with iconv -f {name} -t UTF-8'
            ])
    position = data.find(b'\0')
    if position >= 0:
        hint = ('; if it is text, it may be UTF-16 without byte order mark: '
                'convert it with iconv -f UTF-16LE -t UTF-8 or UTF-16BE')
        raise AnnotationError(
            path, [f'{_place(data, position)}: a NUL byte, not text{hint}'])
    try:
        text = data.decode('utf-8-sig')
    except UnicodeDecodeError as error:
        raise AnnotationError(path, [
            f'{_place(data, error.start)}: not UTF-8 (byte '
            f'0x{data[error.start]:02x}); convert it with iconv -f ENCODING '
            '-t UTF-8, where ENCODING is LATIN1, CP1252, GB18030, ...'
        ]) from error
    if '\r' not in text:
        return text
    text = text.replace('\r\n', '\n')
    position = text.find('\r')
    if position >= 0:
        raise AnnotationError(path, [
            f'{_place(text.encode(), len(text[:position].encode()))}: a '
            r'carriage return (\r) without line feed (\n); convert old line '
            r"ends with tr '\r' '\n'"
        ])
    return text


def read_lines(path: Union[str, Path]) -> List[str]:
    r"""Lines of a text file; see :func:`read_text`. Only ``\n`` and ``\r\n``
    end a line, so that a name may hold any other character."""
    return split_lines(read_text(path))


def split_lines(text: str) -> List[str]:
    r"""Lines that end with ``\n``.

    Example:
        >>> split_lines('a\x0bb\n\nc\n')
        ['a\x0bb', '', 'c']
    """
    lines = text.split('\n')
    if lines and not lines[-1]:
        lines.pop()
    return lines


def _read_bytes(path: Path) -> bytes:
    try:
        if path.is_file():
            return path.read_bytes()
        exists = path.exists()
    except (OSError, ValueError) as error:  # e.g. no permission, too long
        raise InputError(f'{path} cannot be read: {error}') from error
    if exists:
        raise InputError(f'expected a file, but {path} is none')
    raise MissingInputError(f'expected a file, but {path} does not exist')


def _place(data: bytes, position: int) -> str:
    """Line and column of a byte, both from 1."""
    start = data.rfind(b'\n', 0, position) + 1
    line = data.count(b'\n', 0, position) + 1
    return f'line {line}, byte {position - start + 1}'
