"""Methods: files of settings that apply to any config."""
from pathlib import Path
from typing import Dict, Optional, Sequence, Union

from mmengine.config import Config

from projects_move.errors import InputError
from .components import SETTINGS, component_at, components, type_name
from .files import METHODS, read_config


def add_methods(cfg: Config, methods: Sequence[str]) -> None:
    """Apply methods to a config, in place.

    Raises:
        InputError: See :func:`add_method`; and if two methods choose different
            components for the same place.
    """
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
    _check_required(cfg, path, method.pop('requires', {}))
    settings = method.to_dict()
    chosen = dict(components(settings))
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


def _check_required(cfg: Config, method: Path, requires: dict) -> None:
    try:
        wanted = [(feature, place, type_name(kind))
                  for feature, kinds in requires.items()
                  for place, kind in kinds.items()]
    except AttributeError as error:
        raise InputError(
            f'{method}: expected requires = {{FEATURE: {{PLACE: TYPE}}}}, '
            f'found {requires!r}') from error
    for feature, place, kind in wanted:
        component = component_at(cfg, place)
        found = type_name(component.get('type')) if component else 'none'
        if found != kind:
            raise InputError(
                f'the method {method.stem} is for configs with {feature}: '
                f'expected {kind} at {place} of {cfg.filename}, found {found}')


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
