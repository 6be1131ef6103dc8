"""Overrides of a config, ``KEY=VALUE``."""
import difflib
import inspect
import re
from typing import Any, Optional, Sequence

from mmengine.config import Config, DictAction
from mmengine.runner import Runner

from projects_move.errors import InputError

NUMBER = re.compile(r'[+-]?((\d+\.?\d*|\.\d+)(e[+-]?\d+)?|nan|inf|infinity)',
                    re.ASCII | re.IGNORECASE)
# a config may set these, even if it does not yet
KNOWN_KEYS = {
    *inspect.signature(Runner.__init__).parameters, 'runner_type',
    'auto_scale_lr', 'custom_imports'
} - {'self', 'cfg'}


def parse_cfg_options(pairs: Optional[Sequence[str]]) -> dict:
    """Overrides of a config from ``key=value``, with values as in MMEngine.

    Raises:
        InputError: For brackets that do not close, and where MMEngine would
            change the value: ``1_0`` to 10, spaces to nothing.

    Example:
        >>> parse_cfg_options(['model.a=1', 'b=[x,2.5]', 'c=None', 'd=a b'])
        {'model.a': 1, 'b': ['x', 2.5], 'c': None, 'd': 'a b'}
        >>> parse_cfg_options(None)
        {}
    """
    options = {}
    for pair in pairs or ():
        key, sign, value = pair.partition('=')
        if not key or not sign:
            raise InputError(f'expected KEY=VALUE, found {pair!r}')
        options[key] = _parse_value(pair, value)
    return options


def _parse_value(pair: str, value: str) -> Any:
    for part in re.split(r'''[,()\[\]'"]''', value):
        if _is_number(part) and not NUMBER.fullmatch(part.strip()):
            raise InputError(f'{pair!r}: expected a decimal number or a text, '
                             f'found {part!r}')
    value = value.strip('\'"')
    if not re.search(r'^[\[(]|,', value):
        return DictAction._parse_int_float_bool(value)
    if re.search(r'[^\s,\[(]\s+[^\s,\])]', value):
        raise InputError(f'{pair!r}: a list on the command line holds no text '
                         'with spaces: write it in a config')
    try:
        return DictAction._parse_iterable(value)
    except (AssertionError, RecursionError) as error:
        raise InputError(f'{pair!r}: {error}') from error


def _is_number(text: str) -> bool:
    """Whether Python takes a text for a number."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def merge_options(cfg: Config, options: dict) -> None:
    """Apply overrides to a config, in place.

    Raises:
        InputError: For a key that neither the config nor a runner has, an
            index beyond a list, and a key below a value that is no dict.
    """
    known = {*cfg, *KNOWN_KEYS}
    for key in options:
        first = key.split('.')[0]
        if first not in known:
            similar = difflib.get_close_matches(first, known)
            raise InputError(f'the config has no {first!r} to set {key!r}; '
                             f'similar keys: {", ".join(similar) or "none"}')
    try:
        cfg.merge_from_dict(options)
    except Exception as error:  # MMEngine raises errors of several types
        text = str(error.args[0] if error.args else error)
        raise InputError(f'the overrides {options} do not fit the config: '
                         f'{text}') from error
