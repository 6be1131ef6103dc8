"""Config by name, with methods and overrides."""
from pathlib import Path
from typing import Optional, Sequence, Union

from mmengine.config import Config

from .cfg_options import merge_options
from .files import find_config, read_config
from .methods import add_methods


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
    add_methods(cfg, methods)
    merge_options(cfg, cfg_options or {})
    return cfg
