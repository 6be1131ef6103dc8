"""Checkpoints from files and downloads, with errors that name them."""
import os
from pathlib import Path
from textwrap import shorten
from typing import Any, Optional, Union
from urllib.error import HTTPError
from urllib.parse import urlparse

import torch
from torch import Tensor

from projects_move.errors import InputError, MissingInputError
from .container import read_checkpoint_file
from .refused import RefusedError

EXPECTED = 'is no checkpoint: expected a dictionary of weights'


def load_dict(path: Union[str, Path]) -> dict:
    """Dictionary in a file of ``torch.save``, its tensors on the CPU.

    Raises:
        MissingInputError: If there is no such file.
        InputError: For any other file: truncated, of another format, or with
            anything but data.
    """
    if not os.path.exists(path):
        raise MissingInputError(f'there is no checkpoint {path}')
    if not os.path.isfile(path):  # reading waits for ever for a FIFO
        raise InputError(f'{path} is no checkpoint: expected a file')
    try:
        saved = read_checkpoint_file(path)
    except RefusedError as error:
        raise InputError(f'{path} is refused: {error}') from error
    except (OSError, ValueError, MemoryError) as error:
        raise InputError(f'{path} is no checkpoint, or truncated: '
                         f'{shorten(str(error), 200)}') from error
    if not isinstance(saved, dict):
        raise InputError(f'{path} is no checkpoint: expected a dict, got '
                         f'{kind_of(saved)}')
    return saved


def check_weights(path: Union[str, Path], state: Any) -> None:
    """Check that a value is a dictionary of tensors by names.

    Raises:
        InputError: If it is not.
    """
    if not isinstance(state, dict) or not state:
        raise InputError(f'{path} {EXPECTED}, found {kind_of(state)}')
    for name, value in state.items():
        if str(name).endswith('_extra_state'):  # of any type
            continue
        if not isinstance(name, str) or not isinstance(value, Tensor):
            raise InputError(f'{path} {EXPECTED}, found {kind_of(value)} '
                             f'under {name!r}')


def check_meta(path: Union[str, Path], meta: Any) -> None:
    """Check the kinds of the meta information and of the class names in it.

    Raises:
        InputError: If they are no dictionaries and no list, and not None.
    """
    _require_kind(path, 'a dictionary under meta', meta, dict)
    dataset = (meta or {}).get('dataset_meta')
    _require_kind(path, 'a dictionary under dataset_meta', dataset, dict)
    classes = (dataset or {}).get('classes')
    _require_kind(path, 'a list of class names', classes, list, tuple)


def _require_kind(path: Union[str, Path], what: str, value: Any, *kinds:
                  type) -> None:
    if value is not None and not isinstance(value, kinds):
        raise InputError(f'{path}: expected {what}, found {kind_of(value)}')


def kind_of(value: Any) -> str:
    """Type of a value, for errors.

    Example:
        >>> kind_of({}), kind_of(1)
        ('an empty dict', 'type int')
    """
    empty = 'an empty ' if isinstance(value, dict) and not value else ''
    return f'{empty or "type "}{type(value).__name__}'


def load_file(filename: str, map_location: Any = None) -> dict:
    """Loader of files for MMEngine's ``CheckpointLoader``.

    Args:
        filename: Path of the file.
        map_location: Ignored: a model and an optimizer copy what they load to
            their own device.

    Returns:
        Content of the file, without the key ``config`` of its meta
        information, of MMEngine 0.x, which a resume would run.

    Raises:
        InputError: See :func:`load_dict`, :func:`check_weights` and
            :func:`check_meta`.
    """
    saved = load_dict(os.path.expanduser(filename))
    if 'state_dict' in saved:
        check_weights(filename, saved['state_dict'])
        check_meta(filename, saved.get('meta'))
        (saved.get('meta') or {}).pop('config', None)
    return saved


def load_url(url: str,
             model_dir: Optional[str] = None,
             map_location: Any = None,
             progress: bool = True) -> dict:
    """Loader of downloads for MMEngine, with the cache of ``torch.hub``.

    Raises:
        InputError: If it cannot be downloaded; see :func:`load_file`.
    """
    folder = Path(model_dir or Path(torch.hub.get_dir(), 'checkpoints'))
    name = os.path.basename(urlparse(url).path)
    if not name:
        raise InputError(f'{url}: expected the address of a file')
    path = folder / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not path.is_file():
            torch.hub.download_url_to_file(url, str(path), progress=progress)
    except (OSError, ValueError) as error:  # of the network or the URL
        if isinstance(error, HTTPError):
            error.close()  # has the answer of the server in an open file
        raise InputError(f'{url} cannot be downloaded: {error}') from error
    return load_file(str(path))
