"""Parsing of a JSON object."""
import json
from os import PathLike
from typing import Any, Dict, Union

from projects_move.errors import InputError


def parse_json_object(path: Union[str, PathLike],
                      content: Union[str, bytes]) -> Dict[str, Any]:
    """Object in the content of a JSON file.

    Args:
        path: Path of the file, for errors.
        content: Content of the file.

    Raises:
        InputError: For a content that is no JSON object.

    Example:
        >>> parse_json_object('a.json', '{"depth": 50}')
        {'depth': 50}
    """
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise InputError(f'{path}: expected JSON: {error}') from error
    if not isinstance(found, dict):
        raise InputError(f'{path}: expected a JSON object, found a '
                         f'{type(found).__name__}')
    return found
