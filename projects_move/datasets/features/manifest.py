"""Provenance of cached features: ``manifest.json`` of their folder."""
import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any, Optional, Tuple, Union

from projects_move.errors import InputError
from projects_move.file_io import atomic_write
from projects_move.utils.json_object import read_json_object
from ..lists.folders import walk_folder

MANIFEST = 'manifest.json'
# entries that distinguish features; frame sampling and float type do not
PROVENANCE_KEYS = ('backbone', 'weights_sha256', 'data_preprocessor')
# entries that may differ between the runs of one extraction
NOT_COMPARED = ('versions', 'videos')
# meaning of a manifest without these entries, which older versions wrote
DEFAULTS = dict(precision='float32', preprocessing=None)
# sources of weights, which are compared by their digest instead
PRETRAINED_KEYS = ('init_cfg', 'pretrained', 'pretrained2d', 'pretrained_type',
                   'weights')


def read_manifest(folder: Union[str, Path]) -> Optional[dict]:
    """Manifest of a folder or packed store, None where it has no regular file
    of that name.

    Raises:
        InputError: For a file that cannot be read or is no JSON object.
    """
    path = os.path.join(folder, MANIFEST)
    return read_json_object(path) if os.path.isfile(path) else None


def read_provenance(folder: Union[str, Path]) -> Optional[dict]:
    """Entries of a folder's manifest that distinguish its features, None
    where it has no manifest."""
    manifest = read_manifest(folder)
    return manifest and {key: manifest.get(key) for key in PROVENANCE_KEYS}


def find_provenance(folder: Union[str, Path]) -> Tuple[Optional[dict], str]:
    """Provenance of a folder, and the folder of its manifest, which may be a
    parent folder. Other files named ``manifest.json`` are ignored."""
    path = Path(folder).absolute()
    for parent in (path, *path.parents):
        with suppress(InputError):
            provenance = read_provenance(parent)
            if provenance is not None and None not in provenance.values():
                return provenance, str(parent)
    return None, str(folder)


def require_same_provenance(ours: Optional[dict], our_place: str,
                            theirs: Optional[dict], their_place: str) -> None:
    """Refuse features of two backbones; unknown provenance passes.

    Raises:
        InputError: For provenance that differs, with both places and the
            entry.
    """
    for key in PROVENANCE_KEYS if ours and theirs else ():
        one, other = ours.get(key), theirs.get(key)
        if _without_pretrained(one) != _without_pretrained(other):
            raise InputError(f'features of another {key}: {our_place} has '
                             f'{one}, {their_place} has {other}')


def check_manifest(folder: Union[str, Path], manifest: dict) -> None:
    """Refuse to add features to those of another manifest.

    Raises:
        InputError: For a folder with features of another backbone, other
            weights, another pipeline or another float type.
    """
    if read_manifest(folder) is not None and holds_features(folder):
        require_manifest(folder, manifest)


def require_manifest(folder: Union[str, Path], manifest: dict) -> None:
    """Refuse a folder with another manifest, also before its first features.

    Raises:
        InputError: See :func:`check_manifest`.
    """
    manifest = json.loads(json.dumps(manifest))
    known = {**DEFAULTS, **(read_manifest(folder) or manifest)}
    for key, value in manifest.items():
        if key not in NOT_COMPARED and _without_pretrained(
                known.get(key)) != _without_pretrained(value):
            raise InputError(f'{folder} holds features made with another '
                             f'{key}: {known.get(key)!r}, not {value!r}')


def write_manifest(folder: Union[str, Path], manifest: dict) -> None:
    """Write the manifest of a folder before its first features.

    The manifest of a folder without features is replaced.

    Raises:
        InputError: See :func:`check_manifest`.
    """
    check_manifest(folder, manifest)
    if read_manifest(folder) is None or not holds_features(folder):
        with atomic_write(Path(folder) / MANIFEST) as draft:
            draft.write_text(json.dumps(manifest, indent=2) + '\n')


def holds_features(folder: Union[str, Path]) -> bool:
    """Whether a folder has a feature file, or an index of a packed store."""
    return os.path.isdir(folder) and any(
        name.endswith('.npy') for visited in walk_folder(folder)
        for name in visited.files)


def _without_pretrained(value: Any) -> Any:
    """Config without the sources of its weights, at any depth.

    Example:
        >>> _without_pretrained(dict(depth=50, pretrained='here.pth'))
        {'depth': 50}
    """
    if isinstance(value, dict):
        return {
            key: _without_pretrained(part)
            for key, part in value.items() if key not in PRETRAINED_KEYS
        }
    if isinstance(value, (list, tuple)):
        return [_without_pretrained(part) for part in value]
    return value
