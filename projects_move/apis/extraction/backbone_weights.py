"""The backbone of a recognizer, with the weights of a checkpoint."""
import re
from typing import Dict

from mmengine.runner import CheckpointLoader
from torch import Tensor, nn


def without_start_weights(backbone: dict) -> dict:
    """The config of a backbone that is built without looking for weights.

    Example:
        >>> without_start_weights(dict(type='ResNet', pretrained='a.pth'))
        {'type': 'ResNet', 'pretrained': None}
    """
    backbone = {k: v for k, v in backbone.items() if k != 'init_cfg'}
    if 'pretrained' in backbone:
        backbone['pretrained'] = None
    if 'pretrained2d' in backbone:
        backbone['pretrained2d'] = False
    return backbone


def load_backbone(backbone: nn.Module, path: str) -> None:
    """Load the weights of a recognizer's backbone; those of its neck and
    head are not read.

    Args:
        backbone: Changed in place.
        path: File or address of a checkpoint of a recognizer.

    Raises:
        ValueError: For a checkpoint that lacks weights of the backbone, or
            has them in other shapes, naming it and the first of them.
    """
    checkpoint = CheckpointLoader.load_checkpoint(path, map_location='cpu')
    saved = _backbone_part(checkpoint.get('state_dict', checkpoint))
    own = backbone.state_dict()
    missing = [key for key in own if key not in saved]
    if saved:  # other buffers, a table of positions, are as they were built
        learned = dict(backbone.named_parameters())
        missing = [
            key for key in missing if key in learned or 'running_' in key
        ]
    if missing:
        raise ValueError(
            f'{path} lacks {len(missing)} of the {len(own)} weights of the '
            f'backbone {type(backbone).__name__}, first '
            f'backbone.{missing[0]}: expected a checkpoint of a recognizer '
            'with this backbone')
    for key in sorted(own.keys() & saved.keys()):
        if saved[key].shape != own[key].shape:
            raise ValueError(f'{path}: backbone.{key} has the shape '
                             f'{tuple(saved[key].shape)}, expected '
                             f'{tuple(own[key].shape)}')
    backbone.load_state_dict(saved, strict=False)


def _backbone_part(state: Dict[str, Tensor]) -> Dict[str, Tensor]:
    """
    Example:
        >>> _backbone_part({'module.backbone.a': 1, 'backbone.b': 2, 'c': 3})
        {'a': 1, 'b': 2}
    """
    start = re.compile(r'(module\.)?backbone\.')
    return {
        start.sub('', key, 1): value
        for key, value in state.items() if start.match(key)
    }
