"""Conversion of checkpoints of the released MOVE code.

A released checkpoint is a dictionary of three state dicts: ``state_dict``
(classifier), ``MHA`` (attention) and ``vlad`` (NetVLAD). It is read as data,
so a checkpoint that contains code is refused.
"""
import io
from pathlib import Path
from typing import Callable, Dict, Optional, Tuple

import torch
from torch import Tensor

from projects_move.checkpoint_files import check_weights, load_dict
from projects_move.datasets.lists.class_files import read_count_file
from projects_move.errors import InputError
from projects_move.file_io import atomic_write

PREFIXES = {
    'MHA': {
        'w_qs': 'neck.necks.attention.query',
        'w_ks': 'neck.necks.attention.key',
        'w_vs': 'neck.necks.attention.value',
        'fc': 'neck.necks.attention.proj',
        'layer_norm': 'neck.necks.attention.norm',
    },
    'vlad': {
        'vlad.gate_weight': 'neck.necks.netvlad.gate',
        'vlad.activation_fc': 'neck.necks.netvlad.assignment',
        'vlad.bn1': 'neck.necks.netvlad.assignment_norm',
        'hidden_fc': 'neck.necks.netvlad.proj',
        'bn1': 'neck.necks.netvlad.input_norm',
        'bn2': 'neck.necks.netvlad.norm',
    },
    'state_dict': {
        'fc1': 'cls_head.hidden',
        'project': 'cls_head.classifier',
    },
}
REQUIRED = ('cls_head.hidden.weight', 'cls_head.classifier.bias',
            'neck.necks.netvlad.norm.bias')


def convert(checkpoint: dict, method: str = 'move') -> Dict[str, Tensor]:
    """State dict of this project from a released checkpoint.

    Args:
        checkpoint: State dicts under ``state_dict``, ``MHA`` and ``vlad``.
        method: ``'move'``, or ``'baseline-agg'``, whose classifier reads the
            channels of NetVLAD before those of attention.

    Raises:
        InputError: If the keys differ from those of the released code.
    """
    missing = [part for part in PREFIXES if part not in checkpoint]
    if missing:
        raise InputError(f'a released checkpoint has the keys '
                         f'{list(PREFIXES)}, this one lacks {missing}')
    state = {}
    for part, prefixes in PREFIXES.items():
        rename = _renamer(part, prefixes)
        for name, value in checkpoint[part].items():
            state[rename(name)] = value
    absent = [name for name in REQUIRED if name not in state]
    if absent:
        raise InputError('a released checkpoint has a weight that becomes '
                         f'{absent[0]}, this one has none')
    if method == 'baseline-agg':
        weight = state['cls_head.hidden.weight']
        vlad = len(state['neck.necks.netvlad.norm.bias'])
        if weight.ndim != 2 or weight.shape[1] <= vlad:
            raise InputError(
                f'expected more than {vlad} columns of fc1.weight, got the '
                f'shape {tuple(weight.shape)}')
        state['cls_head.hidden.weight'] = torch.cat(
            [weight[:, vlad:], weight[:, :vlad]], dim=1)
    return state


def _renamer(part: str, prefixes: Dict[str, str]) -> Callable[[str], str]:

    def rename(name: str) -> str:
        bare = name[len('module.'):] if name.startswith('module.') else name
        for old, new in prefixes.items():
            if bare == old or bare.startswith(old + '.'):
                return new + bare[len(old):]
        raise InputError(f'{part!r} of a released checkpoint has no tensor '
                         f'{name!r}')

    return rename


def load_released(path: Path) -> dict:
    """Read a checkpoint that contains only tensors and plain values.

    Raises:
        InputError: For any other file.
    """
    checkpoint = load_dict(path)
    for part in PREFIXES:
        if part in checkpoint:
            check_weights(path, checkpoint[part])
    return checkpoint


def _convert_file(path: Path, method: str) -> Dict[str, Tensor]:
    released = load_released(path)
    try:
        return convert(released, method)
    except InputError as error:
        raise InputError(f'{path}: {error}') from error


def add_class_counts(state: Dict[str, Tensor],
                     count_file: Path) -> Tuple[Dict[str, Tensor], dict]:
    """State dict with the class counts, and metadata with the class names."""
    classes, counts = read_count_file(count_file)
    num_classes = len(state['cls_head.classifier.bias'])
    if len(counts) != num_classes:
        raise InputError(f'{count_file} lists {len(counts)} classes, the '
                         f'checkpoint has {num_classes}')
    counts = torch.as_tensor(counts)
    state = dict(state, class_counts=counts)
    return state, dict(dataset_meta=dict(classes=classes))


def convert_file(source: Path,
                 target: Path,
                 method: str = 'move',
                 count_file: Optional[Path] = None) -> int:
    """Convert a released checkpoint; returns the number of its tensors.

    Args:
        source: Released checkpoint.
        target: Checkpoint to write.
        method: See :func:`convert`.
        count_file: File of lines ``name index count``, to add class counts.

    Raises:
        InputError: If the file is not a released checkpoint or its number of
            classes differs from that of the count file.
    """
    state, meta = _convert_file(source, method), {}
    if count_file is not None:
        state, meta = add_class_counts(state, count_file)
    content = io.BytesIO()  # torch hides the error of a full disk
    torch.save(dict(state_dict=state, meta=meta), content)
    with atomic_write(target) as draft:
        draft.write_bytes(content.getbuffer())
    return len(state)
