"""Config of a run as MMEngine wrote it, read without running it."""
import ast
import warnings
from pathlib import Path
from typing import Any, Dict, NamedTuple, Optional

from projects_move.errors import InputError
from projects_move.utils.results import read_text


class DumpedConfig(NamedTuple):
    """Config of a run.

    Args:
        text: Text of the file.
        values: Values by name; a value that is no literal is None.
    """
    text: str
    values: Dict[str, Any]

    def get(self, *keys: str) -> Any:
        """Value under a path of keys, None if there is none.

        Example:
            >>> config = DumpedConfig('', dict(a=dict(b=1)))
            >>> config.get('a', 'b'), config.get('a', 'c', 'd')
            (1, None)
        """
        found: Any = self.values
        for key in keys:
            found = found.get(key) if isinstance(found, dict) else None
        return found

    def dataset(self, split: str) -> dict:
        """Settings of the data set of a split, inside of its wrappers; empty
        if there are none."""
        found = self.get(f'{split}_dataloader', 'dataset')
        while isinstance(found, dict) and isinstance(
                found.get('dataset'), dict):
            found = found['dataset']
        return found if isinstance(found, dict) else {}


def find_config(work_dir: Path) -> Optional[Path]:
    """Config of the latest start of a run, None if there is none."""
    found = sorted(work_dir.glob('*/vis_data/config.py'))
    return found[-1] if found else None


def read_dumped_config(path: Path) -> DumpedConfig:
    """Read the config of a run. Nothing in the file is executed.

    Raises:
        MissingInputError: If there is no such file.
        InputError: For a file that is no Python.
    """
    text = read_text(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')  # such as of '\\d' in a text
            body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise InputError(f'{path}: expected a config: {error}') from error
    return DumpedConfig(
        text, {
            node.targets[0].id: _value(node.value)
            for node in body if isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
        })


def _value(node: ast.AST) -> Any:
    if isinstance(node, ast.Call) and getattr(node.func, 'id', '') == 'dict':
        return {each.arg: _value(each.value) for each in node.keywords}
    if isinstance(node, ast.Dict):
        return {
            getattr(key, 'value', None): _value(value)
            for key, value in zip(node.keys, node.values)
        }
    if isinstance(node, (ast.List, ast.Tuple)):
        return [_value(each) for each in node.elts]
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return None
