"""Reading of a JSON object from a file."""
from projects_move.errors import InputError
from projects_move.utils.json_object import parse_json_object
from .regular_file import RegularFile


def read_json_object(path: str) -> dict:
    """Object in a JSON file.

    Raises:
        InputError: For a file that cannot be read or is no JSON object.
    """
    try:
        content = RegularFile(path).read()
    except (OSError, ValueError) as error:
        raise InputError(f'{path}: expected JSON: {error}') from error
    return parse_json_object(path, content)
