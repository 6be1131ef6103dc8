"""Lists in json: ActivityNet, Kinetics, Something-Something, objects."""
from pathlib import Path
from typing import Any, List, Optional

from ..text.decimals import parse_seconds
from ..text.files import AnnotationError
from .columns import clip_name, find_columns
from .listing import Listing
from .table_lists import split_labels


def json_format(value: Any) -> Optional[str]:
    """Format of a json value, None if it is no list of videos."""
    if isinstance(value, dict):
        if isinstance(value.get('database'), dict):
            return 'activitynet'
        if value and all(
                isinstance(entry, dict) and {'annotations', 'subset'}
                & set(entry) for entry in value.values()):
            return 'kinetics-json'
    elif isinstance(value, list) and value and all(
            isinstance(entry, dict) for entry in value):
        keys = set(value[0])
        if {'id', 'template'} <= keys or keys == {'id'}:
            return 'something'
        return 'records'
    return None


def read_json(path: Path, value: Any, format: str, option: str) -> Listing:
    """List of a json value.

    Raises:
        AnnotationError: For a value of another form.
    """
    listing = Listing(path, format, unit='entry')
    if format in ('activitynet', 'kinetics-json'):
        entries = value
        if format == 'activitynet':
            entries = value.get('database') if isinstance(value,
                                                          dict) else None
        if not isinstance(entries, dict):
            raise AnnotationError(path, [
                f'expected an object with an entry for each video ({format}), '
                f'got {_shown(value)}'
            ])
        for number, (name, entry) in enumerate(entries.items(), 1):
            _add_annotated(listing, number, name, entry)
    else:
        entries = value
        if not isinstance(value, list):
            raise AnnotationError(
                path, [f'expected a list of objects, got {_shown(value)}'])
        if format == 'something':
            for number, entry in enumerate(value, 1):
                _add_template(listing, number, entry)
        else:
            _add_records(listing, value, option)
    listing.total = len(entries)
    return listing


def _add_annotated(listing: Listing, number: int, name: str,
                   entry: Any) -> None:
    """Add a video of ActivityNet, or a clip of Kinetics' json."""
    if not isinstance(entry, dict):
        listing.problems.append(
            (number, f'video {name!r}: expected an object, got '
             f'{_shown(entry)}'))
        return
    annotations = entry.get('annotations', [])
    if listing.format == 'kinetics-json':
        segment = annotations.get('segment') if isinstance(annotations,
                                                           dict) else None
        times = [parse_seconds(str(time))
                 for time in segment] if isinstance(segment, list) else []
        if len(times) == 2 and None not in times:
            name = clip_name(name, *times)
        else:
            listing.problems.append(
                (number, f'video {name!r}: expected a segment of whole '
                 f'seconds, got {segment!r}'))
            return
        annotations = [annotations]
    labels = [
        each.get('label') if isinstance(each, dict) else None
        for each in annotations
    ] if isinstance(annotations, list) else [None]
    subset = entry.get('subset', '')
    if listing.format == 'kinetics-json' and labels == [None]:
        labels = []  # the test set has none
    if not name or any(not isinstance(text, str) or not text.strip()
                       for text in labels) or not isinstance(subset, str):
        listing.problems.append(
            (number, f'video {name!r}: expected a subset and annotations with '
             f'labels, got {_shown(entry)}'))
        return
    listing.add(number, name,
                tuple(dict.fromkeys(text.strip() for text in labels)), subset)


def _add_template(listing: Listing, number: int, entry: Any) -> None:
    """Add a video of Something-Something, whose class is the template without
    brackets; the test set has no templates."""
    entry = entry if isinstance(entry, dict) else {}
    name, template = entry.get('id'), entry.get('template', '')
    if isinstance(name, int) and not isinstance(name, bool):
        name = str(name)
    if not isinstance(name, str) or not name or not isinstance(template, str):
        listing.problems.append(
            (number, f'expected an id and a template, got {_shown(entry)}'))
        return
    label = template.replace('[', '').replace(']', '').strip()
    listing.add(number, name, (label, ) if label else ())


def _add_records(listing: Listing, entries: List[Any], option: str) -> None:
    """Add objects, whose keys are read as the columns of a table."""
    for number, entry in enumerate(entries, 1):
        if not isinstance(entry, dict):
            raise AnnotationError(
                listing.path,
                [f'entry {number}: expected an object, got {_shown(entry)}'])
    header = list(dict.fromkeys(key for entry in entries for key in entry))
    columns = find_columns(listing.path, 1, header, option)
    for number, entry in enumerate(entries, 1):
        values = [entry.get(key) for key in header]
        name = columns.video_name([_text(value) for value in values])
        labels = [] if columns.label is None else values[columns.label]
        labels = [_text(label) for label in labels] if isinstance(
            labels, list) else split_labels(_text(labels))
        if not name or '' in labels:
            listing.problems.append(
                (number, f'expected a video and labels, got {_shown(entry)}'))
            continue
        split = '' if columns.split is None else _text(values[columns.split])
        listing.add(number, name, tuple(labels), split)


def _text(value: Any) -> str:
    """Text of a json string or number; empty for any other value."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    return value.strip() if isinstance(value, str) else ''


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) < 100 else f'{text[:100]}...'
