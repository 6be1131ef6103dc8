"""Check for compilation, export or tracing by PyTorch."""
import torch


def is_traced() -> bool:
    """Whether the call is compiled, exported or traced.

    Example:
        >>> is_traced()
        False
    """
    compiler = getattr(torch, 'compiler', None)  # is_compiling since 2.1
    compiling = getattr(compiler, 'is_compiling', torch._dynamo.is_compiling)
    return compiling() or torch.jit.is_tracing()
