"""What made the features of a folder or packed store: ``manifest.json``."""
import json
from pathlib import Path
from typing import Any, Optional, Tuple, Union

from projects_move.file_io import atomic_write

MANIFEST = 'manifest.json'
# what tells features apart; frame sampling and float type do not
ORIGIN = ('backbone', 'weights_sha256', 'data_preprocessor')
# where weights came from; their digest says what they are
STARTS = ('init_cfg', 'pretrained', 'pretrained2d', 'pretrained_type')


def read_manifest(folder: Union[str, Path]) -> Optional[dict]:
    """The manifest of a folder; None where it does not say."""
    path = Path(folder) / MANIFEST
    return json.loads(path.read_text()) if path.is_file() else None


def read_origin(folder: Union[str, Path]) -> Optional[dict]:
    """What tells the features of a folder apart; None where it does not
    say."""
    manifest = read_manifest(folder)
    return manifest and {key: manifest.get(key) for key in ORIGIN}


def find_origin(folder: Union[str, Path]) -> Tuple[Optional[dict], str]:
    """What tells the features of a folder apart, which may lie within that
    of its manifest, and the folder that says so."""
    path = Path(folder).absolute()
    for place in (path, *path.parents):
        origin = read_origin(place)
        if origin is not None and None not in origin.values():
            return origin, str(place)
    return None, str(folder)


def compare_origins(ours: Optional[dict], where: str, theirs: Optional[dict],
                    there: str) -> None:
    """Refuse features of two makers; what does not say its own passes.

    Raises:
        ValueError: Naming both places and what differs.
    """
    for key in ORIGIN if ours and theirs else ():
        if _without_starts(ours[key]) != _without_starts(theirs[key]):
            raise ValueError(f'features of another {key}: {where} has '
                             f'{ours[key]}, {there} has {theirs[key]}')


def check_manifest(folder: Union[str, Path], manifest: dict) -> None:
    """Refuse to mix two makers in a folder that holds features.

    Raises:
        ValueError: Where they are of another backbone, other weights or
            another sampling.
    """
    known = read_manifest(folder)
    if known is None or not holds_features(folder):
        return
    for key, value in json.loads(json.dumps(manifest)).items():
        if key != 'versions' and _without_starts(
                known.get(key)) != _without_starts(value):
            raise ValueError(f'{folder} holds features made with another '
                             f'{key}: {known.get(key)!r}, not {value!r}')


def write_manifest(folder: Union[str, Path], manifest: dict) -> None:
    """Say what will make the features of a folder; for before the first of
    them. One without features says what a run meant that made none.

    Raises:
        ValueError: See :func:`check_manifest`.
    """
    check_manifest(folder, manifest)
    if read_manifest(folder) is None or not holds_features(folder):
        with atomic_write(Path(folder) / MANIFEST) as draft:
            draft.write_text(json.dumps(manifest, indent=2) + '\n')


def holds_features(folder: Union[str, Path]) -> bool:
    """Whether there is a feature file, or an index of a packed store."""
    return any(not path.name.startswith('.')
               for path in Path(folder).rglob('*.npy'))


def _without_starts(value: Any) -> Any:
    """
    Example:
        >>> _without_starts(dict(depth=50, pretrained='here.pth'))
        {'depth': 50}
    """
    if isinstance(value, dict):
        return {
            key: _without_starts(part)
            for key, part in value.items() if key not in STARTS
        }
    if isinstance(value, (list, tuple)):
        return [_without_starts(part) for part in value]
    return value
