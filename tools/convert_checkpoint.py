"""Turn a checkpoint of the released MOVE code into one of this project.

A released checkpoint is a dictionary of three state dicts: ``state_dict``
(classifier), ``MHA`` (attention) and ``vlad`` (NetVLAD). It is read with
``weights_only``, so one that carries code is refused.

    python tools/convert_checkpoint.py ckpt.best.pth.tar move.pth \
        --class-counts data/videolt/labels/count-labels-train.lst
"""
import argparse
import pickle
from pathlib import Path
from typing import Callable, Dict, Tuple

import torch
from torch import Tensor

from projects_move.datasets.lists.class_files import read_count_file

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


def convert(checkpoint: dict, method: str = 'move') -> Dict[str, Tensor]:
    """Our state dict of a released checkpoint.

    Args:
        checkpoint: With the keys ``state_dict``, ``MHA`` and ``vlad``.
        method: ``'move'``, or ``'baseline-agg'``, whose classifier reads the
            channels of NetVLAD before those of attention.

    Raises:
        ValueError: For a checkpoint with other keys than the released code's.
    """
    missing = [part for part in PREFIXES if part not in checkpoint]
    if missing:
        raise ValueError(f'a released checkpoint has the keys '
                         f'{list(PREFIXES)}, this one lacks {missing}')
    state = {}
    for part, prefixes in PREFIXES.items():
        rename = _renamer(part, prefixes)
        for name, value in checkpoint[part].items():
            state[rename(name)] = value
    if method == 'baseline-agg':
        weight = state['cls_head.hidden.weight']
        vlad = len(state['neck.necks.netvlad.norm.bias'])
        state['cls_head.hidden.weight'] = torch.cat(
            [weight[:, vlad:], weight[:, :vlad]], dim=1)
    return state


def _renamer(part: str, prefixes: Dict[str, str]) -> Callable[[str], str]:

    def rename(name: str) -> str:
        bare = name[len('module.'):] if name.startswith('module.') else name
        for old, new in prefixes.items():
            if bare == old or bare.startswith(old + '.'):
                return new + bare[len(old):]
        raise ValueError(f'{part!r} of a released checkpoint has no tensor '
                         f'{name!r}')

    return rename


def load(path: Path) -> dict:
    """Read a checkpoint that holds tensors and plain values only."""
    try:
        checkpoint = torch.load(path, map_location='cpu', weights_only=True)
    except pickle.UnpicklingError as error:
        raise ValueError(f'{path} is refused: it holds more than weights '
                         f'({error})') from error
    if not isinstance(checkpoint, dict):
        raise ValueError(f'{path} holds a {type(checkpoint).__name__}, '
                         'expected a dictionary of state dicts')
    return checkpoint


def with_class_counts(state: Dict[str, Tensor],
                      count_file: Path) -> Tuple[Dict[str, Tensor], dict]:
    """Add the class counts, which the released code does not save."""
    classes, counts = read_count_file(count_file)
    num_classes = len(state['cls_head.classifier.bias'])
    if len(counts) != num_classes:
        raise ValueError(f'{count_file} lists {len(counts)} classes, the '
                         f'checkpoint has {num_classes}')
    state = dict(state, class_counts=torch.as_tensor(counts))
    return state, dict(dataset_meta=dict(classes=classes))


def main() -> None:
    parser = argparse.ArgumentParser(
        description='Convert a released MOVE checkpoint')
    parser.add_argument('source', type=Path, help='released checkpoint')
    parser.add_argument('target', type=Path, help='checkpoint to write')
    parser.add_argument(
        '--method',
        choices=['move', 'baseline-agg'],
        default='move',
        help='what the checkpoint was trained with')
    parser.add_argument(
        '--class-counts',
        type=Path,
        help='file of "name index count" lines: puts the counts, by which '
        'results are grouped, into the checkpoint')
    args = parser.parse_args()
    try:
        state, meta = convert(load(args.source), args.method), {}
        if args.class_counts is not None:
            state, meta = with_class_counts(state, args.class_counts)
    except (OSError, ValueError) as error:
        raise SystemExit(f'error: {error}') from error
    torch.save(dict(state_dict=state, meta=meta), args.target)
    print(f'wrote {len(state)} tensors to {args.target}')


if __name__ == '__main__':
    main()
