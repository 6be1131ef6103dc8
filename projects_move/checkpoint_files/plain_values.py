"""Values of Python and torch in a checkpoint that are no tensors.

What a class does is not needed to read a checkpoint: a Namespace becomes a
dictionary, a path becomes a text.
"""
from collections import Counter
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any, Callable

import torch
from mmengine.optim import OneCycleParamScheduler

from .pickle_tree import PLAIN, Call, Global
from .refused import RefusedError
from .storages import DEVICE, are_counts, is_count

Build = Callable[[Any], Any]  # value of a node
DTYPES = {
    f'torch.{name}': value
    for name, value in vars(torch).items() if isinstance(value, torch.dtype)
}
ONE_CYCLE = ('mmengine.optim.scheduler.param_scheduler.'
             'OneCycleParamScheduler')
PATHS = {
    f'{module}.{kind}': path
    for module in ('pathlib', 'pathlib._local')  # of Python 3.13
    for kind, path in dict(
        PosixPath=PurePosixPath,
        PurePosixPath=PurePosixPath,
        WindowsPath=PureWindowsPath,
        PureWindowsPath=PureWindowsPath).items()
}


def content(node: Call, build: Build) -> bytes:
    """``_codecs.encode(text, 'latin1')``, or ``bytes()``."""
    text, encoding = node.args or ('', 'latin1')
    if type(text) is not str or type(encoding) is not str or \
            encoding != 'latin1':
        raise ValueError('expected bytes')
    return text.encode('latin1')


def counter(node: Call, build: Build) -> Counter:
    """``Counter({key: count})``, the milestones of a schedule."""
    counts, = map(build, node.args)
    if type(counts) is not dict or not all(map(is_count, counts.values())):
        raise ValueError('expected the counts of a Counter')
    return Counter(counts)


def set_of(node: Call, build: Build) -> Any:
    """``set([item, ...])`` or ``frozenset([item, ...])``."""
    items, = map(build, node.args)
    # the hash of a deep tuple overflows the stack
    if type(items) is not list or any(
            type(item) not in PLAIN for item in items):
        raise ValueError('expected a set of plain values')
    return set(items) if node.name == 'builtins.set' else frozenset(items)


def namespace(node: Call, build: Build) -> dict:
    """``Namespace`` of argparse with the state ``{name: value}``."""
    values = {} if node.state is None else build(node.state)
    if node.args or type(values) is not dict:
        raise ValueError('expected the values of a Namespace')
    return values


def config_dict(node: Call, build: Build) -> dict:
    """``ConfigDict({key: value})`` of MMEngine."""
    values, = map(build, node.args)
    if type(values) is not dict:
        raise ValueError('expected the values of a ConfigDict')
    return values


def path(node: Call, build: Build) -> str:
    """``PosixPath('/', 'folder', 'file')``."""
    if not all(type(part) is str for part in node.args):
        raise ValueError('expected the parts of a path')
    return str(PATHS[node.name](*node.args))


def size(node: Call, build: Build) -> torch.Size:
    """``Size((n, ...))``."""
    counts, = node.args
    if not are_counts(counts):
        raise ValueError('expected a size of whole numbers')
    return torch.Size(counts)


def device(node: Call, build: Build) -> str:
    """``device('cuda', 0)``."""
    name = ':'.join(map(str, node.args))
    if not DEVICE.fullmatch(name):
        raise ValueError('expected a device')
    return name


def schedule_function(node: Call, build: Build) -> Callable:
    """``getattr(OneCycleParamScheduler, name)``, in the state of a schedule:
    one of its two functions of numbers."""
    owner, name = node.args
    if type(owner) is not Global or owner.name != ONE_CYCLE or \
            name not in ('_annealing_cos', '_annealing_linear'):
        raise RefusedError('builtins.getattr')
    return getattr(OneCycleParamScheduler, name)


def dtype(node: Any) -> torch.dtype:
    """dtype under its name, such as ``torch.float32``; None for others."""
    return DTYPES.get(node.name) if type(node) is Global else None
