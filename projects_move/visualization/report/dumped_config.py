"""Config of a run as MMEngine wrote it, read without running it."""
from pathlib import Path
from typing import Any, Dict, NamedTuple, Optional

from projects_move.checkpoint_files.literal_config import read_literal_config
from projects_move.errors import InputError
from projects_move.utils.results import read_text


class DumpedConfig(NamedTuple):
    """Config of a run.

    Args:
        text: Text of the file.
        values: Values by name.
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
        InputError: For a file with other things than literals.
    """
    text = read_text(path)
    try:
        return DumpedConfig(text, read_literal_config(text))
    except ValueError as error:
        raise InputError(f'{path}: {error}') from error
