"""Run-time checker of the types and shapes in signatures."""
from functools import wraps

import torch
from beartype import BeartypeConf, beartype

# an int is a float, as in PEP 484
_checked = beartype(conf=BeartypeConf(is_pep484_tower=True))


def check(function):
    """Decorate a function so that its calls are checked, except in a trace.

    Sizes are tensors while PyTorch traces.
    """
    checked = _checked(function)

    @wraps(function)
    def call(*args, **kwargs):
        return (function if torch.jit.is_tracing() else checked)(*args,
                                                                 **kwargs)

    return call
