"""Locks of files, which Windows and some file systems do not have."""
try:
    import fcntl
except ImportError:  # on Windows
    fcntl = None


def lock_file(descriptor: int, wait: bool = False) -> bool:
    """Lock an open file, until its last descriptor is closed.

    Args:
        descriptor: Descriptor of the file.
        wait: Whether to wait until another process unlocks it.

    Returns:
        False if another process has locked it. True also without locks.
    """
    if fcntl is None:
        return True
    try:
        fcntl.flock(descriptor,
                    fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # of a file system without locks
        pass
    return True
