"""Settings of the memory allocator of the C library."""
import ctypes

# parameters of glibc's mallopt(3)
M_TRIM_THRESHOLD, M_MMAP_MAX = -1, -4


def keep_freed_memory() -> bool:
    """Keep large blocks of freed memory in this process for the next ones.

    By default glibc returns blocks of more than 32 MiB, such as the
    activations of a batch, to the system at once, and the next ones are pages
    that the system clears again. The memory of the process stays at its peak
    from now on.

    Returns:
        Whether the C library has these settings; others than glibc may not.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):  # TypeError on Windows
        return False
    return bool(
        mallopt(M_MMAP_MAX, 0) and mallopt(M_TRIM_THRESHOLD, 2**31 - 1))
