"""Configs by name, with methods and overrides of the command line."""
from pathlib import Path
from typing import Optional, Sequence, Union

from mmengine.config import Config

from .cfg_options import merge_options, parse_cfg_options
from .config_components import frame_channels, type_name
from .config_files import CONFIGS, METHODS, TOOLS, find_config, read_config
from .config_methods import add_method, add_methods

__all__ = [
    'CONFIGS', 'METHODS', 'TOOLS', 'add_method', 'find_config',
    'frame_channels', 'load_config', 'merge_options', 'parse_cfg_options',
    'read_config', 'type_name'
]


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
