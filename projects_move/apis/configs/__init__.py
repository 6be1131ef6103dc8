"""Configs by name, with methods and overrides of the command line."""
from .cfg_options import merge_options, parse_cfg_options
from .components import frame_channels, type_name
from .files import CONFIGS, METHODS, TOOLS, find_config, read_config
from .loading import load_config
from .methods import add_method, add_methods

__all__ = [
    'CONFIGS', 'METHODS', 'TOOLS', 'add_method', 'add_methods', 'find_config',
    'frame_channels', 'load_config', 'merge_options', 'parse_cfg_options',
    'read_config', 'type_name'
]
