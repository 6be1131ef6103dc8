"""Reading of checkpoints, with an error that says what a file is instead."""
from pathlib import Path
from typing import Any, Dict, List, Optional, Union

from mmengine.config import Config
from torch import nn

from projects_move.checkpoint_files import (check_meta, check_weights, kind_of,
                                            load_dict, read_literal_config)
from projects_move.errors import InputError
from projects_move.models.class_counts import move_head_counts
from .registered_types import require_no_code


def read_checkpoint(path: Union[str, Path]) -> Dict[str, Any]:
    """Read a file of torch that contains only tensors and plain values.

    Returns:
        Content of the file, with a key ``state_dict``, names and tensors, and
        a key ``meta``, a dictionary. A file that is a bare state dict gets
        both keys.

    Raises:
        MissingInputError: If there is no such file.
        InputError: For any other file: truncated, of another format, with
            code or values instead of weights.
    """
    saved = load_dict(path)
    state = saved.get('state_dict', saved)
    check_weights(path, state)
    meta = saved.get('meta') if 'state_dict' in saved else None
    check_meta(path, meta)
    return {**saved, 'state_dict': state, 'meta': meta or {}}


def saved_config(path: Union[str, Path], meta: dict) -> Config:
    """Config in the meta information of a checkpoint, read as data.

    Raises:
        InputError: If there is none, or if it holds anything but literals or
            needs code.
    """
    text = meta.get('cfg')
    if text is None:
        raise InputError(f'{path} has no config: give one')
    if not isinstance(text, str):
        raise InputError(f'{path}: expected the text of a config under cfg, '
                         f'found {kind_of(text)}')
    try:
        values = read_literal_config(text)
        require_no_code(values)
        return Config(values)
    except (ValueError, KeyError) as error:  # of a key that Config reserves
        raise InputError(f'{path}: its config cannot be read: '
                         f'{error.args[0]}; a config file, given as config, '
                         'is read instead') from error


def saved_classes(path: Union[str, Path], meta: dict) -> Optional[List[str]]:
    """Class names in the meta information of a checkpoint, None without.

    Raises:
        InputError: If they are no list of different names.
    """
    check_meta(path, meta)
    found = (meta.get('dataset_meta') or {}).get('classes')
    if found is None:
        return None
    seen = set()
    for index, name in enumerate(found):
        if not isinstance(name, str):
            raise InputError(f'{path}: expected class names, found '
                             f'{kind_of(name)} for class {index}')
        if name in seen:
            raise InputError(f'{path} has the class name {name!r} twice')
        seen.add(name)
    return list(found)


def with_counts_of(model: nn.Module, state: dict) -> dict:
    """State dict with the class counts of a model, or with none if it has
    none: a prediction does not use them."""
    state = dict(state)
    move_head_counts(state)
    counts = model.state_dict().get('class_counts')
    if counts is None:
        state.pop('class_counts', None)
    else:
        state.setdefault('class_counts', counts)
    return state
