"""Reading of checkpoints, with an error that says what a file is instead."""
import os
import re
import warnings
from pathlib import Path
from typing import Any, Dict, List, Optional, Union

import torch
from mmengine.config import Config
from torch import Tensor, nn

from projects_move.errors import InputError, MissingInputError
from projects_move.models.class_counts import move_head_counts

EXPECTED = 'is no checkpoint: expected a dictionary of weights'


def read_checkpoint(path: Union[str, Path]) -> Dict[str, Any]:
    """Read a file of torch that contains only tensors and plain values.

    Returns:
        Content of the file, with a key ``state_dict``, names and tensors, and
        a key ``meta``, a dictionary. A file that is a bare state dict gets
        both keys.

    Raises:
        MissingInputError: If there is no such file.
        InputError: For any other file: cut, of another format, with code or
            values instead of weights.
    """
    saved = load_weights_only(path)
    state = saved.get('state_dict', saved)
    check_weights(path, state)
    meta = saved.get('meta') if 'state_dict' in saved else None
    if not isinstance(meta, (dict, type(None))):
        raise InputError(f'{path}: expected a dictionary under meta, found '
                         f'{_kind(meta)}')
    return {**saved, 'state_dict': state, 'meta': meta or {}}


def check_weights(path: Union[str, Path], state: Any) -> None:
    """Check that a value is a dictionary of tensors by names.

    Raises:
        InputError: If it is not.
    """
    if not isinstance(state, dict) or not state:
        raise InputError(f'{path} {EXPECTED}, found {_kind(state)}')
    for name, value in state.items():
        if str(name).endswith('_extra_state'):  # of any type
            continue
        if not isinstance(name, str) or not isinstance(value, Tensor):
            raise InputError(f'{path} {EXPECTED}, found {_kind(value)} under '
                             f'{name!r}')


def load_weights_only(path: Union[str, Path]) -> dict:
    """Dictionary in a file of torch.

    Raises:
        InputError: See :func:`read_checkpoint`.
    """
    if not os.path.exists(path):
        raise MissingInputError(f'there is no checkpoint {path}')
    if not os.path.isfile(path):  # torch waits for ever for a FIFO
        raise InputError(f'{path} is no checkpoint: expected a file')
    try:
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')  # about files of TorchScript
            saved = torch.load(path, map_location='cpu', weights_only=True)
    except Exception as error:  # errors of pickle, zip files and torch
        raise InputError(f'{path} {_reason(error)}') from error
    if not isinstance(saved, dict):
        raise InputError(f'{path} is no checkpoint: expected a dict, got '
                         f'{_kind(saved)}')
    return saved


def _reason(error: Exception) -> str:
    """Reason of ``torch.load``, without its advice to allow any code."""
    text = str(error)
    code = re.search(r'GLOBAL (\S+)', text)
    if code:
        return f'is refused: it holds more than weights ({code[1]})'
    text = text.rpartition('WeightsUnpickler error: ')[2].strip()
    sentence = re.split(r'\.\s|\n', text)[0]
    return f'is no checkpoint, or cut: {type(error).__name__}: {sentence}'


def _kind(value: Any) -> str:
    empty = 'an empty ' if isinstance(value, dict) and not value else ''
    return f'{empty or "type "}{type(value).__name__}'


def saved_config(path: Union[str, Path], meta: dict) -> Config:
    """Config in the meta information of a checkpoint.

    Raises:
        InputError: If there is none, or if it is no config.
    """
    text = meta.get('cfg')
    if text is None:
        raise InputError(f'{path} has no config: give one')
    if not isinstance(text, str):
        raise InputError(f'{path}: expected the text of a config under cfg, '
                         f'found {_kind(text)}')
    try:
        return Config.fromstring(text, '.py')
    except (Exception, SystemExit) as error:  # a config is code
        reason = str(error).splitlines() or ['']
        raise InputError(f'{path}: its config cannot be read: '
                         f'{type(error).__name__}: {reason[0]}') from error


def saved_classes(path: Union[str, Path], meta: dict) -> Optional[List[str]]:
    """Class names in the meta information of a checkpoint, None without.

    Raises:
        InputError: If they are no list of different names.
    """
    found = meta.get('dataset_meta')
    if isinstance(found, dict):
        found = found.get('classes')
    elif found is not None:
        raise InputError(f'{path}: expected a dictionary under dataset_meta, '
                         f'found {_kind(found)}')
    if found is None:
        return None
    if not isinstance(found, (list, tuple)):
        raise InputError(f'{path}: expected a list of class names, found '
                         f'{_kind(found)}')
    seen = set()
    for index, name in enumerate(found):
        if not isinstance(name, str):
            raise InputError(f'{path}: expected class names, found '
                             f'{_kind(name)} for class {index}')
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
