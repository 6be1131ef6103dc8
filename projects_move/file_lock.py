"""Locks of files, which Windows and some file systems do not have."""
import os
from typing import Optional

try:
    import fcntl
except ImportError:  # on Windows
    fcntl = None

# flag of os.open that refuses a link, which Windows lacks
NO_LINK = getattr(os, 'O_NOFOLLOW', 0)


def lock_file(descriptor: int, wait: bool = False) -> Optional[bool]:
    """Lock an open file, until its last descriptor is closed.

    Args:
        descriptor: Descriptor of the file.
        wait: Whether to wait until another process unlocks it.

    Returns:
        False if another process has locked it; None without locks.
    """
    if fcntl is None:
        return None
    try:
        fcntl.flock(descriptor,
                    fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # of a file system without locks
        return None
    return True
