"""JSON objects in files."""
import json
import os
from collections import Counter
from os import PathLike
from typing import Any, Dict, List, Tuple, Union

from projects_move.errors import InputError, MissingInputError
from .regular_file import RegularFile


def parse_json_object(path: Union[str, PathLike],
                      content: Union[str, bytes]) -> Dict[str, Any]:
    """Object in the content of a JSON file.

    Args:
        path: Path of the file, for errors.
        content: Content of the file.

    Raises:
        InputError: For a content that is no JSON object, and for an object
            in it that has a key twice.

    Example:
        >>> parse_json_object('a.json', '{"depth": 50}')
        {'depth': 50}
    """
    try:
        found = json.loads(content, object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise InputError(f'{path}: expected JSON: {error}') from error
    if not isinstance(found, dict):
        raise InputError(f'{path}: expected a JSON object, found a '
                         f'{type(found).__name__}')
    return found


def _unique(pairs: List[Tuple[str, Any]]) -> Dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = Counter(key for key, _ in pairs)
        raise ValueError(f'repeated key {keys.most_common(1)[0][0]!r}')
    return found


def read_json_object(path: Union[str, PathLike]) -> Dict[str, Any]:
    """Object in a JSON file.

    Raises:
        MissingInputError: If there is no such file.
        InputError: For a file that is no regular file, cannot be read, or
            holds no JSON object.
    """
    try:
        content = RegularFile(os.fspath(path)).read()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise MissingInputError(f'there is no file {path}') from error
    except (OSError, ValueError) as error:
        reason = getattr(error, 'strerror', None) or error
        raise InputError(f'{path}: expected JSON: {reason}') from error
    return parse_json_object(path, content)
