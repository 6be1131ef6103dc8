"""What a config from a checkpoint may ask for.

MMEngine builds ``dict(type=NAME, ...)`` for any import path, such as that of a
function that runs a command, and imports any module that a config names. A
config that is data may name registered classes only.
"""
import importlib
import inspect
import re
import sys
from contextlib import contextmanager
from typing import Any, Iterator, Optional, Set
from unittest import mock

import mmengine.registry
from mmengine.config.utils import MODULE2PACKAGE
from mmengine.registry import Registry

PACKAGES = {*MODULE2PACKAGE, 'mmengine', 'mmcv', 'projects_move'}
# MMEngine loads files of these names with pickle, or with a yaml that calls
CODE_FILE = re.compile(r'.*\.(pkl|pickle|ya?ml)', re.IGNORECASE | re.DOTALL)
# keys with which libraries run code that they download
CODE_KEYS = {'trust_remote_code', 'auto_map'}
# keys of weights, which are not loaded, or as data
WEIGHT_KEYS = {'checkpoint', 'pretrained', 'weights'}


def require_no_code(config: dict) -> None:
    """Check that a config, as a prediction uses it, asks for no code.

    Raises:
        ValueError: For a module or scope outside the framework that is not
            imported, and for values of the model or the test pipeline with
            which a component would load code or a file that can hold code.

    Example:
        >>> require_no_code(dict(default_scope='mmaction'))
        >>> require_no_code(dict(custom_imports=dict(imports=['evil'])))
        Traceback (most recent call last):
            ...
        ValueError: it imports evil
    """
    custom = config.get('custom_imports')
    modules = custom.get('imports') if isinstance(custom, dict) else ()
    if not isinstance(modules, (list, tuple)):
        modules = [modules]
    for module in (*modules, config.get('default_scope', 'mmaction')):
        _require_known(module)
    require_data(config.get('model'))
    part = config.get('test_dataloader')
    while isinstance(part, dict):  # data sets inside wrappers
        require_data(part.get('pipeline'))
        part = part.get('dataset')


def _require_known(module: Any) -> None:
    if not _is_known(str(module)):
        raise ValueError(f'it imports {module}')


def _is_known(module: str) -> bool:
    """Whether a module is part of the framework, or imported already."""
    return module.partition('.')[0] in PACKAGES or module in sys.modules


def require_data(value: Any, key: Any = None) -> None:
    """Check a value of a config at any depth.

    Raises:
        ValueError: For a value with which a component would load code or a
            file that can hold code.
    """
    if isinstance(value, dict):
        for name, part in value.items():
            if name in CODE_KEYS:
                raise ValueError(f'it sets {name}, which runs code')
            if name == '_scope_':
                _require_known(part)
            require_data(part, name)
    elif isinstance(value, (list, tuple, set)):
        for part in value:
            require_data(part, key)
    elif isinstance(value, str) and key not in WEIGHT_KEYS and (
            '://' in value or CODE_FILE.fullmatch(value)):
        raise ValueError(f'it loads {value!r} as {key}')


@contextmanager
def registered_types_only() -> Iterator[None]:
    """Let registries find registered classes only, and import the framework
    only, where MMEngine takes any import path."""
    module = mmengine.registry.registry
    with mock.patch.object(module, 'get_object_from_string', _registered), \
            mock.patch.object(module, 'import_module', _import_known):
        yield


def _import_known(name: str) -> Any:
    if not _is_known(name):
        raise ImportError(f'{name} is not imported for a checkpoint')
    return importlib.import_module(name)


def _registered(name: str) -> Optional[type]:
    """Registered class at an import path, without an import, else None."""
    module, _, attribute = name.rpartition('.')
    if module.partition('.')[0] not in PACKAGES:
        return None
    found = getattr(sys.modules.get(module), attribute, None)
    return found if inspect.isclass(found) and found in _all_registered() \
        else None


def _all_registered() -> Set[type]:
    """Classes in all registries."""
    registries = [
        value for value in vars(mmengine.registry).values()
        if isinstance(value, Registry)
    ]
    found: Set[type] = set()
    while registries:
        registry = registries.pop()
        found.update(filter(inspect.isclass, registry.module_dict.values()))
        registries.extend(registry.children.values())
    return found
