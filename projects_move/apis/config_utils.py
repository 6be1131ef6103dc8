"""Configs by name, with methods and overrides of the command line."""
import difflib
from pathlib import Path
from typing import Dict, Iterator, Optional, Sequence, Tuple, Union

from mmengine.config import Config

from projects_move.errors import InputError, MissingInputError
from .cfg_options import merge_options, parse_cfg_options

PACKAGE = Path(__file__).parents[1]
# a wheel contains configs and tools; in a checkout they are beside the package
SHIPPED = (PACKAGE / '.mim' if (PACKAGE / '.mim').is_dir() else PACKAGE.parent)
CONFIGS = (SHIPPED / 'configs').resolve()
TOOLS = (SHIPPED / 'tools').resolve()
METHODS = CONFIGS / '_base_' / 'methods'
SETTINGS = 'settings'  # a method changes those of a component

__all__ = [
    'CONFIGS', 'METHODS', 'TOOLS', 'add_method', 'find_config', 'load_config',
    'merge_options', 'parse_cfg_options', 'read_config', 'type_name'
]


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


def find_config(name: Union[str, Path]) -> Path:
    """Path of a config file, or of a shipped config by its name.

    Args:
        name: A file; a path below ``configs``; or the name of a shipped
            config, with or without ``.py``.

    Raises:
        MissingInputError: If neither a file nor a shipped config has the
            name; the error lists similar names.

    Example:
        >>> path = find_config('move_tsm_adam-100e_videolt-feature')
        >>> path.relative_to(CONFIGS).as_posix()
        'videolt/move_tsm_adam-100e_videolt-feature.py'
    """
    if Path(name).is_file():
        return Path(name)
    wanted = Path(name if str(name).endswith('.py') else f'{name}.py')
    if wanted.parts[0] == 'configs':
        wanted = Path(*wanted.parts[1:])
    path = _top_level_configs().get(wanted.stem)
    for candidate in (CONFIGS / wanted, path):
        if candidate and candidate.is_file() and candidate.match(str(wanted)):
            return candidate
    similar = difflib.get_close_matches(wanted.stem, _top_level_configs())
    raise MissingInputError(
        f'expected a config file or the name of a config in {CONFIGS}, found '
        f'neither for {str(name)!r}; similar names: '
        f'{", ".join(similar) or "none"}')


def _top_level_configs() -> Dict[str, Path]:
    """Shipped configs that can be trained as they are, by their names."""
    return {
        path.stem: path
        for path in CONFIGS.rglob('*.py')
        if not {'_base_', 'methods'} & set(path.relative_to(CONFIGS).parts)
    }


def load_config(name: Union[str, Path],
                methods: Sequence[str] = (),
                cfg_options: Optional[dict] = None) -> Config:
    """Config by file or name, with methods and then overrides applied.

    Raises:
        MissingInputError: If there is no such config.
        InputError: For a faulty config, if there is no such method, and if two
            methods choose different components for the same place.
    """
    cfg = read_config(find_config(name))
    chosen = []
    for method in methods:
        for place, kind in add_method(cfg, method).items():
            for other, others_place, theirs in chosen:
                if place == others_place and _exclude(kind, theirs):
                    raise InputError(
                        f'expected methods that go together, found that '
                        f'{other} sets {place} to {theirs} and {method} to '
                        f'{kind}: choose one of them')
            chosen.append((method, place, kind))
    merge_options(cfg, cfg_options or {})
    return cfg


def read_config(path: Union[str, Path]) -> Config:
    """Config in a file.

    Raises:
        InputError: For a file that is no config: no Python, without a base.
    """
    try:
        return Config.fromfile(path)
    except (Exception, SystemExit) as error:  # a config is code
        text = str(error).strip().splitlines() or ['']
        raise InputError(f'{path} is no config: {type(error).__name__}: '
                         f'{text[0]}') from error


def add_method(cfg: Config, name: Union[str, Path]) -> Dict[str, str]:
    """Apply a method to a config.

    Settings of the method's file replace those of the config; its
    ``train_transforms`` are appended to the training pipeline. ``requires``
    says for which configs the method is: types of components by their place,
    below the name of what has them.

    Args:
        cfg: Config to change in place.
        name: A file; or the name of a file in the folder ``methods`` beside
            the config, for settings of one data set, or in
            ``configs/_base_/methods``.

    Returns:
        Types of the components that the method chooses, by their place.

    Raises:
        InputError: For a faulty config, if there is no such method, and for
            a config that lacks what the method requires.
    """
    own = Path(cfg.filename).parent / 'methods'
    candidates = (own / f'{name}.py', METHODS / f'{name}.py', Path(name))
    path = next((path for path in candidates if path.is_file()), None)
    if path is None:
        known = ', '.join(sorted(file.stem for file in METHODS.glob('*.py')))
        raise InputError(f'expected a method file or one of {known}; '
                         f'found no method {str(name)!r}')
    method = read_config(path)
    transforms = method.pop('train_transforms', [])
    _check_required(cfg, path.stem, method.pop('requires', {}))
    settings = method.to_dict()
    chosen = dict(_components(settings))
    try:
        _replace_none(cfg, settings)
        cfg.merge_from_dict(settings)
        _drop_delete_keys(cfg)
        if transforms:
            cfg.train_dataloader.dataset.pipeline += transforms
    except (AttributeError, KeyError, TypeError) as error:
        raise InputError(f'the method {path} does not fit the config '
                         f'{cfg.filename}: {error}') from error
    return chosen


def _check_required(cfg: Config, method: str, requires: dict) -> None:
    for feature, kinds in requires.items():
        for place, kind in kinds.items():
            found = _at(cfg, place)
            found = type_name(found.get('type')) if found else 'none'
            if found != kind:
                raise InputError(
                    f'the method {method} is for configs with {feature}: '
                    f'expected {kind} at {place} of {cfg.filename}, found '
                    f'{found}')


def _at(cfg: Config, place: str) -> Optional[dict]:
    """Component at a dotted place of a config, None if there is none."""
    found = cfg._cfg_dict
    for key in place.split('.'):
        if isinstance(found, (list, tuple)):
            found = dict(zip(map(str, range(len(found))), found)).get(key)
        else:
            found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else None


def _components(settings: dict, place: str = '') -> Iterator[Tuple]:
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
            yield from _components(value, inner)


def _exclude(kind: Optional[str], other: Optional[str]) -> bool:
    """Whether two methods make different components of one place."""
    if None in (kind, other):
        return kind != other
    return SETTINGS not in (kind, other) and kind != other


def _replace_none(cfg: dict, settings: dict) -> None:
    """Replace None in a config where a method has settings, which MMEngine
    refuses."""
    for key, value in settings.items():
        if isinstance(value, dict) and key in cfg:
            if cfg[key] is None:
                cfg[key] = {}
            if isinstance(cfg[key], dict):
                _replace_none(cfg[key], value)


def _drop_delete_keys(settings: dict) -> None:
    """Remove the key that MMEngine leaves where it deletes nothing."""
    for value in settings.values():
        if isinstance(value, dict):
            value.pop('_delete_', None)
            _drop_delete_keys(value)
