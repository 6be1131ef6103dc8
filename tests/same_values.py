"""Comparison of values of checkpoints, at any depth."""
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
