"""What made cached features, as the manifest beside them tells."""
import json
from pathlib import Path
from typing import Optional, Tuple, Union

MANIFEST = 'manifest.json'
# what tells features apart; frame sampling and float type do not
ORIGIN = ('backbone', 'weights_sha256', 'data_preprocessor')


def read_origin(folder: Union[str, Path]) -> Optional[dict]:
    """What made the features of a folder; None where it does not say."""
    path = Path(folder) / MANIFEST
    if not path.is_file():
        return None
    manifest = json.loads(path.read_text())
    return {key: manifest.get(key) for key in ORIGIN}


def find_origin(folder: Union[str, Path]) -> Tuple[Optional[dict], str]:
    """What made the features of a folder that may lie within that of its
    manifest, and the folder that says so."""
    path = Path(folder).absolute()
    for place in (path, *path.parents):
        origin = read_origin(place)
        if origin is not None and None not in origin.values():
            return origin, str(place)
    return None, str(folder)


def compare_origins(ours: Optional[dict], where: str, theirs: Optional[dict],
                    there: str) -> None:
    """Refuse features of two origins; None passes.

    Raises:
        ValueError: Naming both places and what differs.
    """
    for key in ORIGIN if ours and theirs else ():
        if ours[key] != theirs[key]:
            raise ValueError(f'features of another {key}: {where} has '
                             f'{ours[key]}, {there} has {theirs[key]}')
