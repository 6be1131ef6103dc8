"""Reading of a JSON object from a file."""
import json

from projects_move.errors import InputError
from .regular_file import RegularFile


def read_json_object(path: str) -> dict:
    """Object in a JSON file.

    Raises:
        InputError: For a file that cannot be read or is no JSON object.
    """
    try:
        content = json.loads(RegularFile(path).read())
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f'{path}: expected JSON: {error}') from error
    if not isinstance(content, dict):
        raise InputError(f'{path}: expected a JSON object, found a '
                         f'{type(content).__name__}')
    return content
