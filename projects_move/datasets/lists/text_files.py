"""Reading of lines and csv rows, and the error that reports their faults."""
import csv
from pathlib import Path
from typing import Dict, Iterator, List, Sequence, Tuple, Union

from projects_move.errors import InputError

ENCODING = 'utf-8-sig'  # with or without a byte order mark
KINETICS_COLUMNS = ('youtube_id', 'time_start', 'time_end')
MAX_SHOWN = 20


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


def read_lines(path: Union[str, Path]) -> List[str]:
    """Lines of a text file."""
    return Path(path).read_text(encoding=ENCODING).splitlines()


def is_csv(path: Path) -> bool:
    """Whether a file has the suffix of a csv."""
    return path.suffix.lower() == '.csv'


def read_csv(path: Path,
             columns: Sequence[str],
             kinetics: bool = True) -> Iterator[Tuple[int, Dict[str, str]]]:
    """Line number and row of each row of a csv.

    Args:
        path: The csv.
        columns: Required columns besides ``video``.
        kinetics: Whether the columns of Kinetics may replace ``video``.

    Raises:
        AnnotationError: For a csv without the required columns.
    """
    with open(path, newline='', encoding=ENCODING) as file:
        reader = csv.DictReader(file)
        found = set(reader.fieldnames or ())
        has_videos = 'video' in found or (kinetics and
                                          found.issuperset(KINETICS_COLUMNS))
        if not has_videos or not found.issuperset(columns):
            expected = ' and '.join(['video', *columns])
            if kinetics:
                expected += f", or {', '.join([*columns, *KINETICS_COLUMNS])}"
            raise AnnotationError(path, [
                f'line 1: expected the columns {expected}, got '
                f"{', '.join(reader.fieldnames or ())}"
            ])
        for row in reader:
            yield reader.line_num, row


def video_name(row: Dict[str, str]) -> str:
    """Video of a csv row, empty if the row has none."""
    if 'video' in row:
        return (row['video'] or '').strip()
    try:
        start, end = int(row['time_start']), int(row['time_end'])
    except (TypeError, ValueError):
        return ''
    return f"{row['youtube_id']}_{start:06d}_{end:06d}"


def split_labels(text: str) -> List[str]:
    """Labels of a csv field, separated by ``;`` or ``|``.

    Example:
        >>> split_labels('run; long jump|run')
        ['run', 'long jump', 'run']
    """
    return [label.strip() for label in text.replace('|', ';').split(';')]
