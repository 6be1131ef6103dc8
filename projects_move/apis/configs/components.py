"""Components of a config: their types and places."""
from typing import Iterator, Optional, Tuple

from mmengine.config import Config

SETTINGS = 'settings'  # of a component whose type is elsewhere


def type_name(kind) -> str:
    """Registered name of a name, an import path or a class.

    Example:
        >>> type_name('LoadFeatures'), type_name('a.b.LoadFeatures')
        ('LoadFeatures', 'LoadFeatures')
        >>> type_name(dict)
        'dict'
    """
    return getattr(kind, '__name__', str(kind)).rsplit('.', 1)[-1]


def frame_channels(model: dict) -> Optional[int]:
    """Channels of cached features that the config of a model expects; None
    if it does not tell them.

    Example:
        >>> frame_channels(dict(
        ...     backbone=dict(type='IdentityBackbone'),
        ...     neck=dict(type='ParallelNeck', necks=dict(
        ...         attention=dict(type='PSANeck', in_channels=2048)))))
        2048
    """
    backbone = (model.get('backbone') or {}).get('type')
    if type_name(backbone) != 'IdentityBackbone':
        return None
    neck = model.get('neck')
    parts = [model.get('cls_head')]
    if neck:
        parts = [
            neck,
            neck.get('encoder'), *(neck.get('necks') or {}).values()
        ]
    found = (part.get('in_channels') for part in parts if part)
    return next((size for size in found if isinstance(size, int)), None)


def component_at(cfg: Config, place: str) -> Optional[dict]:
    """Component at a dotted place of a config, None if there is none."""
    found = cfg._cfg_dict
    for key in place.split('.'):
        if isinstance(found, (list, tuple)):
            found = dict(zip(map(str, range(len(found))), found)).get(key)
        else:
            found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else None


def components(settings: dict, place: str = '') -> Iterator[Tuple]:
    """Dotted place and type of each component in a dict of settings.

    The type is ``SETTINGS`` if only settings of the component change, and
    None if the component is removed.
    """
    for key, value in settings.items():
        inner = f'{place}.{key}'.lstrip('.')
        if value is None:
            yield inner, None
        if isinstance(value, dict):
            kind = value.get('type')
            yield inner, type_name(kind) if kind else SETTINGS
            yield from components(value, inner)
