"""Config files, also shipped ones by their names."""
import difflib
from pathlib import Path
from typing import Dict, Union

from mmengine.config import Config

from projects_move.errors import InputError, MissingInputError

PACKAGE = Path(__file__).parents[2]
# a wheel contains configs and tools; in a checkout they are beside the package
SHIPPED = (PACKAGE / '.mim' if (PACKAGE / '.mim').is_dir() else PACKAGE.parent)
CONFIGS = (SHIPPED / 'configs').resolve()
TOOLS = (SHIPPED / 'tools').resolve()
METHODS = CONFIGS / '_base_' / 'methods'


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
