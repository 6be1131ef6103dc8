"""Reading of video names from lists that may lack labels."""
from pathlib import Path
from typing import Collection, List

from .text_files import (AnnotationError, is_csv, read_csv, read_lines,
                         video_name)


def read_names(path: Path, classes: Collection[str] = ()) -> List[str]:
    """Names of the videos in a list or csv, with or without labels.

    The last field of a line is dropped if it consists of labels: indices or
    names of ``classes``.

    Raises:
        AnnotationError: For an empty list, and for a csv with other columns
            or a row without video.
    """
    if is_csv(path):
        rows = [(number, video_name(row))
                for number, row in read_csv(path, [])]
        problems = [
            f'line {number}: no video' for number, name in rows if not name
        ]
        if problems:
            raise AnnotationError(path, problems)
        names = [name for _, name in rows]
    else:
        lines = [line.strip() for line in read_lines(path)]
        names = [_without_labels(line, set(classes)) for line in lines if line]
    if not names:
        raise AnnotationError(path, ['the list is empty'])
    return names


def _without_labels(line: str, classes: Collection[str]) -> str:
    name, *rest = line.rsplit(maxsplit=1)
    has_labels = rest and all(text.isdigit() or text in classes
                              for text in rest[0].split(','))
    return name if has_labels else line
