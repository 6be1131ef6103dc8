"""Storage backend of MMEngine that writes files atomically."""
from pathlib import Path
from typing import Union

from mmengine.fileio import LocalBackend, register_backend

from projects_move.file_io import atomic_write


@register_backend('atomic', force=True)
class AtomicBackend(LocalBackend):
    """Local files, of which a crash never leaves a part.

    A file is written beside its name, flushed to the disk and renamed.
    """

    def put(self, obj: bytes, filepath: Union[str, Path]) -> None:
        with atomic_write(filepath) as draft:
            draft.write_bytes(obj)

    def put_text(self,
                 obj: str,
                 filepath: Union[str, Path],
                 encoding: str = 'utf-8') -> None:
        self.put(obj.encode(encoding), filepath)
