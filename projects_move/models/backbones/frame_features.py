"""Features of frames from the output of a backbone."""
from typing import Any, Optional, Sequence

import torch
from torch import Tensor, nn

from projects_move.errors import InputError

# attributes by which a backbone declares its channels, the first one counts
DECLARATIONS = ('out_channels', 'head_hidden_size', 'num_features',
                'hidden_size')


def declared_channels(backbone: nn.Module) -> Optional[int]:
    """Channels that a backbone says it returns, None if it does not.

    Example:
        >>> backbone = nn.Identity()
        >>> declared_channels(backbone) is None
        True
        >>> backbone.num_features = 768
        >>> declared_channels(backbone)
        768
    """
    for name in DECLARATIONS:
        value = getattr(backbone, name, None)
        if isinstance(value, int):
            return value
    return None


def frame_channels(backbone: nn.Module,
                   in_channels: Optional[int]) -> Optional[int]:
    """Channels that the features of a frame must have, None if unknown.

    Args:
        backbone: The backbone.
        in_channels: Channels that the next layer takes, None if unknown.

    Raises:
        InputError: If the backbone declares other channels.
    """
    declared = declared_channels(backbone)
    if declared is None or in_channels is None:
        return declared or in_channels
    if declared != in_channels:
        raise InputError(f'the backbone {name_of(backbone)} returns {declared}'
                         f' channels, but the config has in_channels='
                         f'{in_channels}: expected in_channels={declared}')
    return declared


def frame_features(output: Any, backbone: nn.Module, num_frames: int,
                   channels: Optional[int]) -> Tensor:
    """Features ``(N, C)`` of frames or clips from a backbone's output.

    Args:
        output: Features ``(N, C)``; a map ``(N, C, h, w)`` or ``(N, C, t, h,
            w)``, which is averaged over time and space; a pair of a map and
            its class token ``(N, C)``, as MViT returns it, which is the token;
            or a sequence of these, which are concatenated.
        backbone: Named in errors.
        num_frames: Number of frames or clips, N.
        channels: Expected channels, None if unknown.

    Raises:
        InputError: For any other output, such as tokens ``(N, L, C)``, maps
            ``(N, h, w, C)`` or logits.
    """
    parts = output if isinstance(output, (tuple, list)) else (output, )
    pooled = [_pool(part, num_frames) for part in parts]
    known = bool(pooled) and all(part is not None for part in pooled)
    features = torch.cat(pooled, dim=1) if known else None
    if features is None or channels not in (None, features.shape[1]):
        width = 'C' if channels is None else channels
        raise InputError(
            f'the backbone {name_of(backbone)} returned {_shapes(output)} for '
            f'{num_frames} frames or clips: expected features (N, {width}) or '
            f'maps (N, {width}, ...) of N={num_frames}. Tokens, maps with '
            'channels last and logits are not taken for features')
    return features


def name_of(backbone: nn.Module) -> str:
    """Name of a backbone in errors."""
    return getattr(backbone, 'title', type(backbone).__name__)


def _pool(part: Any, num_frames: int) -> Optional[Tensor]:
    """Features ``(N, C)`` of one part of a backbone's output, None for a part
    of another kind."""
    if isinstance(part, (tuple, list)):
        part = _class_token(part)
    if not isinstance(part, Tensor) or part.ndim in (0, 1, 3) or \
            part.shape[0] != num_frames or not part.is_floating_point():
        return None
    return part.flatten(2).mean(2) if part.ndim > 3 else part


def _class_token(pair: Sequence) -> Optional[Tensor]:
    """Token of a pair of a map and its class token, None for others."""
    if len(pair) != 2 or not all(isinstance(part, Tensor) for part in pair):
        return None
    maps, token = pair
    fits = maps.ndim > 3 and maps.shape[:2] == token.shape
    return token if fits else None


def _shapes(output: Any) -> str:
    """Shapes of an output, at any depth.

    Example:
        >>> _shapes((torch.ones(2, 3), dict(a=1)))
        '[(2, 3), dict]'
    """
    if isinstance(output, Tensor):
        return str(tuple(output.shape))
    if isinstance(output, (tuple, list)):
        return f'[{", ".join(_shapes(part) for part in output)}]'
    return type(output).__name__
