"""Checks of arguments against the shapes in a signature.

Shapes are written as in jaxtyping: ``B T C`` names three axes, ``#V`` is an
axis of size V or 1, ``*N`` any number of axes, ``...`` any number of axes
without a name, and ``2`` an axis of size two.
"""
import inspect
from functools import wraps
from typing import (Any, Callable, Dict, Iterator, List, Sequence, Tuple,
                    Union, get_args, get_origin)

from jaxtyping import Float
from torch import Tensor

from .tracing import is_traced

# one value for the whole batch, or one for each video
ScalarOrBatch = Union[Float[Tensor, ''], Float[Tensor, ' B']]
Sizes = Dict[str, Any]


def check_shapes(function: Callable) -> Callable:
    """Decorate a function so that it refuses arguments of a wrong shape.

    The annotations of the arguments contain the shapes. An axis must have the
    same size in all arguments. A call is not checked while it is compiled,
    exported or traced.

    Raises:
        ValueError: In a call, for an argument of a wrong shape.

    Example:
        >>> @check_shapes
        ... def scale(x: Float[Tensor, 'B C'], factor: Float[Tensor, ' C']):
        ...     return x * factor
        >>> import torch
        >>> scale(torch.ones(2, 3), torch.ones(2))
        Traceback (most recent call last):
        ValueError: scale: expected factor of shape (C) with C = 3, got (2)
    """
    parameters = inspect.signature(function).parameters
    shapes = {
        name: list(_shapes_of(parameter.annotation))
        for name, parameter in parameters.items()
    }

    @wraps(function)
    def checked(*args, **kwargs):
        if not is_traced():
            given = dict(zip(parameters, args), **kwargs)
            sizes: Sizes = {}
            for name, value in given.items():
                if value is not None and shapes.get(name):
                    bind_axes(value.shape, shapes[name], sizes,
                              function.__name__, name)
        return function(*args, **kwargs)

    return checked


def bind_axes(shape: Sequence[int], alternatives: List[Tuple[str, ...]],
              sizes: Sizes, function: str, name: str) -> None:
    """Match a shape with named axes, and add their sizes to the known sizes.

    Args:
        shape: Sizes of the axes.
        alternatives: Names of the axes, for each shape that is allowed.
        sizes: Known sizes, which are updated.
        function, name: Function and argument, for the error.

    Raises:
        ValueError: For another number of axes or other sizes.

    Example:
        >>> sizes = dict(B=2)
        >>> bind_axes((2, 5), [('B', 'T')], sizes, 'mean', 'frames')
        >>> sizes
        {'B': 2, 'T': 5}
    """
    for axes in alternatives:
        bound = dict(sizes)
        if _match(shape, axes, bound):
            sizes.update(bound)
            return
    names = [axis.lstrip('#*') for axes in alternatives for axis in axes]
    known = ', '.join(f'{axis} = {sizes[axis]}'
                      for axis in dict.fromkeys(names) if axis in sizes)
    wanted = ' or '.join(f"({', '.join(axes)})" for axes in alternatives)
    found = ', '.join(map(str, shape))
    raise ValueError(f'{function}: expected {name} of shape {wanted}'
                     f"{' with ' if known else ''}{known}, got ({found})")


def _shapes_of(annotation: Any) -> Iterator[Tuple[str, ...]]:
    """Names of the axes in an annotation, or in each member of a union."""
    members = get_args(annotation) if get_origin(annotation) is Union else ()
    for each in (annotation, *members):
        if hasattr(each, 'dim_str'):
            yield tuple(each.dim_str.split())


def _match(shape: Sequence[int], axes: Tuple[str, ...], sizes: Sizes) -> bool:
    if '...' in axes or any('*' in axis for axis in axes):
        spread = [axis[0] in '*.' for axis in axes].index(True)
        stop = spread + len(shape) - len(axes) + 1
        if stop < spread:
            return False
        shape = (*shape[:spread], tuple(shape[spread:stop]), *shape[stop:])
    if len(shape) != len(axes):
        return False
    for axis, size in zip(axes, shape):
        if not axis.isalpha():
            if axis == '...' or axis[0] == '#' and size == 1:
                continue
            if axis.isdigit():
                sizes[axis] = int(axis)
            axis = axis.lstrip('#*')
        if sizes.setdefault(axis, size) != size:
            return False
    return True
