"""Strict reading of json."""
import json
from pathlib import Path
from typing import Any

from .files import AnnotationError


def parse_json(path: Path, text: str) -> Any:
    """Value of a json text.

    Raises:
        AnnotationError: For a torn text, with its line, and a repeated key.
    """

    def unique(pairs):
        value = dict(pairs)
        if len(value) < len(pairs):
            keys = [key for key, _ in pairs]
            repeated = next(key for key in keys if keys.count(key) > 1)
            raise AnnotationError(path, [f'repeated key {repeated!r}'])
        return value

    try:
        return json.loads(text, object_pairs_hook=unique)
    except json.JSONDecodeError as error:
        raise AnnotationError(path, [
            f'line {error.lineno}, column {error.colno}: torn json '
            f'({error.msg})'
        ]) from error
    except AnnotationError:
        raise
    except (RecursionError, ValueError) as error:  # too deep, a huge number
        raise AnnotationError(path, [f'not a json list: {error}']) from error
