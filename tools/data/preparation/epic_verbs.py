"""Verbs of EPIC-KITCHENS-100 (Damen et al., IJCV 2022)."""
import csv
from pathlib import Path
from typing import Iterator, List, Tuple

from projects_move.datasets.lists.annotations import AnnotationError, read_list
from projects_move.datasets.lists.text.files import read_lines
from projects_move.datasets.lists.text.tables import read_rows
from projects_move.file_io import atomic_write
from .converted_lists import Official, PublishedClasses, converted_benchmark
from .published_list import PublishedList, require_git_blob

LISTS = dict(train='EPIC_100_train.csv', val='EPIC_100_validation.csv')
BLOBS = dict(  # git ids of the lists in versions 1.0.0 to 1.1.1
    train='a7c4d226126f60bf1a15a7524092f7c731beeea9',
    val='5683790a9b2e22834e3932849f9a8e40b4d273a3')
CLASSES = 'EPIC_100_verb_classes.csv'
SEGMENT = ('narration_id', 'video_id', 'start_timestamp', 'stop_timestamp',
           'start_frame', 'stop_frame')


def read_official(folder: Path) -> Official:
    """Lists and verbs of the authors' annotations. A segment is a video, its
    name is the ``narration_id``."""
    classes = read_verbs(folder / CLASSES)
    lists = {
        split:
        read_list(
            folder / name,
            num_classes=len(classes),
            multi_class=False,
            list_format='csv:narration_id,verb_class')
        for split, name in LISTS.items()
    }
    for split, blob in BLOBS.items():
        require_git_blob(folder / LISTS[split], blob)
    return lists, classes


def read_verbs(path: Path) -> List[str]:
    """Names of the verb classes, in the order of their ids."""
    names = []
    for line, (index, name) in read_columns(path, ('id', 'key')):
        if index != str(len(names)):
            raise AnnotationError(
                path,
                [f'line {line}: expected the id {len(names)}, got {index!r}'])
        names.append(name)
    return names


def read_columns(path: Path,
                 wanted: Tuple[str, ...]) -> Iterator[Tuple[int, List[str]]]:
    """Line and fields of each row, of the wanted columns of a csv.

    Raises:
        AnnotationError: For a missing column, and a row of another length.
    """
    rows = read_rows(path, read_lines(path), ',')
    header = rows[0][1] if rows else []
    missing = [name for name in wanted if name not in header]
    if missing:
        raise AnnotationError(path, [
            f'line 1: expected the columns {", ".join(missing)}, got '
            f'{", ".join(header)}'
        ])
    places = [header.index(name) for name in wanted]
    for line, fields in rows[1:]:
        if len(fields) != len(header):
            raise AnnotationError(path, [
                f'line {line}: expected {len(header)} columns, got '
                f'{len(fields)}'
            ])
        yield line, [fields[place] for place in places]


def read_segments(folder: Path) -> List[List[str]]:
    """Columns :data:`SEGMENT` of each segment."""
    return [
        row for name in LISTS.values()
        for _, row in read_columns(folder / name, SEGMENT)
    ]


_CONVERTED = converted_benchmark(
    'EPIC-KITCHENS-100 verbs', read_official,
    PublishedClasses(
        97,
        '68cd621ba8e79b006d9d23268efd11432cd611d918ac4701dd5f6ad9e05f447e'),
    dict(
        train=PublishedList(
            67217, 97, 14848, 1,
            '904a91831a0f4e27bea5ae12a239b8e544f983d799f71dcba98e5c6ea2c2842f'
        ),
        val=PublishedList(
            9668, 78, 1937, 1, None,
            'b5472d55574284f41183a4f62e7375702252846e061e186532e25257d6de1d5b')
    ))


def copy_lists(folder: Path, labels: Path) -> None:
    """Write the lists and the csv of the segments: video, times, frames."""
    segments = read_segments(folder)
    _CONVERTED.copy_lists(folder, labels)
    with atomic_write(labels / 'segments.csv') as draft, \
            open(draft, 'w', newline='') as file:
        writer = csv.writer(file, lineterminator='\n')
        writer.writerow(SEGMENT)
        writer.writerows(segments)


EPIC_VERBS = _CONVERTED._replace(copy_lists=copy_lists)
