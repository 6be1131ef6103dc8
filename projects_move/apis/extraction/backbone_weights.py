"""Weights of a recognizer's backbone."""
import re
from typing import Dict, List

from mmengine.runner import CheckpointLoader
from torch import Tensor, nn

from projects_move.apis.checkpoints import read_checkpoint
from projects_move.checkpoint_files import check_weights
from projects_move.errors import InputError
from projects_move.models.backbones import without_library_weights


def strip_pretrained(backbone: dict) -> dict:
    """Config of a backbone without the pretrained weights that it loads.

    Example:
        >>> strip_pretrained(dict(type='ResNet', pretrained='a.pth'))
        {'type': 'ResNet', 'pretrained': None}
    """
    backbone = without_library_weights({
        k: v
        for k, v in backbone.items() if k != 'init_cfg'
    })
    if 'pretrained' in backbone:
        backbone['pretrained'] = None
    if 'pretrained2d' in backbone:
        backbone['pretrained2d'] = False
    return backbone


def load_backbone(backbone: nn.Module, path: str) -> None:
    """Load the backbone's weights from the checkpoint of a recognizer.

    Args:
        backbone: Module that is changed in place.
        path: File or URL of the checkpoint. Weights of neck and head are
            ignored.

    Raises:
        InputError: For a file that is no checkpoint, and for weights that
            the checkpoint lacks, that the backbone lacks (a deeper backbone
            of the same kind has all others), or that have other shapes.
    """
    saved = _backbone_state(_load_state(path))
    own = backbone.state_dict()
    name = type(backbone).__name__
    missing = _missing_weights(backbone, saved)
    if missing:
        raise InputError(
            f'{path} lacks {len(missing)} of the {len(own)} weights of the '
            f'backbone {name}, first backbone.{missing[0]}: expected a '
            'checkpoint of a recognizer with this backbone')
    # integer buffers are counters and index tables
    unexpected = [
        key for key, value in saved.items()
        if key not in own and value.is_floating_point()
    ]
    if unexpected:
        raise InputError(
            f'{path} has {len(unexpected)} weights that the backbone {name} '
            f'lacks, first backbone.{unexpected[0]}: expected a checkpoint '
            'of a recognizer with this backbone')
    for key in sorted(own.keys() & saved.keys()):
        if saved[key].shape != own[key].shape:
            raise InputError(f'{path}: backbone.{key} has the shape '
                             f'{tuple(saved[key].shape)}, expected '
                             f'{tuple(own[key].shape)}')
    backbone.load_state_dict(saved, strict=False)


def _load_state(path: str) -> Dict[str, Tensor]:
    """State dict of a file, or of a URL, which MMEngine downloads."""
    if '://' not in path:
        return read_checkpoint(path)['state_dict']
    try:
        saved = CheckpointLoader.load_checkpoint(path, map_location='cpu')
    except InputError:
        raise
    except Exception as error:  # of a scheme of MMEngine
        raise InputError(f'{path} cannot be loaded: '
                         f'{type(error).__name__}: {error}') from error
    state = saved.get('state_dict', saved) if isinstance(saved, dict) else {}
    check_weights(path, state)
    return state


def _missing_weights(backbone: nn.Module, saved: Dict[str,
                                                      Tensor]) -> List[str]:
    """Keys of parameters and running statistics that are not saved.

    Other buffers, such as a table of positions, keep their initial values,
    unless the checkpoint has nothing of a backbone at all.
    """
    missing = [key for key in backbone.state_dict() if key not in saved]
    if not saved:
        return missing
    parameters = dict(backbone.named_parameters())
    return [key for key in missing if key in parameters or 'running_' in key]


def _backbone_state(state: Dict[str, Tensor]) -> Dict[str, Tensor]:
    """State dict of the backbone within that of a recognizer.

    Example:
        >>> _backbone_state({'module.backbone.a': 1, 'backbone.b': 2, 'c': 3})
        {'a': 1, 'b': 2}
    """
    prefix = re.compile(r'(module\.)?backbone\.')
    return {
        prefix.sub('', key, 1): value
        for key, value in state.items() if prefix.match(key)
    }
