"""Comparison of values of checkpoints, at any depth."""
from argparse import Namespace
from collections import Counter, OrderedDict
from pathlib import PurePath

import numpy as np
import torch
from mmengine.logging import HistoryBuffer


def difference(value, expected, place=''):
    """First place where two values differ, None if they are equal.

    A parameter and a tensor of the same numbers are equal.
    """
    if isinstance(value, torch.Tensor) and isinstance(expected, torch.Tensor):
        same = value.dtype == expected.dtype and torch.equal(
            value, expected.detach())
        return None if same else place
    if type(value) is not type(expected) and not (isinstance(
            value, HistoryBuffer) and isinstance(expected, HistoryBuffer)):
        return place
    if isinstance(value, dict):
        if list(value) != list(expected) or \
                vars_of(value) != vars_of(expected):
            return place
        pairs = [(key, value[key], expected[key]) for key in value]
    elif isinstance(value, (list, tuple)):
        if len(value) != len(expected):
            return place
        pairs = zip(range(len(value)), value, expected)
    elif isinstance(value, HistoryBuffer):
        pairs = [('max_length', value.max_length, expected.max_length)]
        pairs += zip('lc', value.data, expected.data)
    elif isinstance(value, np.ndarray):
        same = value.dtype == expected.dtype and np.array_equal(
            value, expected, equal_nan=value.dtype.kind == 'f')
        return None if same else place
    else:
        are_nan = value != value and expected != expected
        return None if value == expected or are_nan else place
    found = (difference(one, other, f'{place}/{key}')
             for key, one, other in pairs)
    return next((at for at in found if at is not None), None)


def vars_of(value):
    """Attributes of a dictionary, which an OrderedDict may have."""
    return dict(getattr(value, '__dict__', {}))


def plain(value):
    """The value as the reader of checkpoints returns it: classes that it does
    not build are dictionaries and texts."""
    if isinstance(value, Namespace):
        value = vars(value)
    if isinstance(value, (PurePath, torch.device)):
        return str(value)
    if type(value) in (list, tuple):
        return type(value)(map(plain, value))
    if not isinstance(value, dict) or isinstance(value, Counter):
        return value
    kind = OrderedDict if type(value) is OrderedDict else dict
    copy = kind((key, plain(item)) for key, item in value.items())
    if kind is OrderedDict:
        vars(copy).update(vars(value))
    return copy
