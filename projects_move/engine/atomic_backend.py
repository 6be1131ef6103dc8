"""Local files of MMEngine, written atomically or with an error that names
them."""
import functools
import os
from pathlib import Path
from typing import Union

import cv2
import numpy as np
from mmengine.config import Config
from mmengine.fileio import LocalBackend, register_backend
from mmengine.visualization import LocalVisBackend
from mmengine.visualization.vis_backend import force_init_env

from projects_move.file_io import atomic_write, named_errors


# the empty prefix is that of local files, also of mmengine.fileio.dump
@register_backend('atomic', prefixes='', force=True)
class AtomicBackend(LocalBackend):
    """Local files, of which a crash never leaves a part.

    A file is written beside its name, flushed to the disk and renamed. What
    is no file, such as ``/dev/stdout``, is written to.
    """

    def put(self, obj: bytes, filepath: Union[str, Path]) -> None:
        path = Path(os.path.realpath(filepath))
        if path.exists() and not path.is_file():
            super().put(obj, filepath)
            return
        with atomic_write(path) as draft:
            draft.write_bytes(obj)

    def put_text(self,
                 obj: str,
                 filepath: Union[str, Path],
                 encoding: str = 'utf-8') -> None:
        self.put(obj.encode(encoding), filepath)


def write_local_files_safely() -> None:
    """mmengine 0.10.7 leaves a part of a config or a picture on a full disk,
    does not notice that of a picture, and does not name that of a log of
    metrics."""
    dump_config, dump_scalars = Config.dump, LocalVisBackend._dump
    if hasattr(dump_config, '__wrapped__'):
        return

    @functools.wraps(dump_config)
    def dump(self, file=None):
        if file is None or not str(file).endswith('.py'):
            return dump_config(self, file)
        AtomicBackend().put_text(self.pretty_text, file)

    @functools.wraps(dump_scalars)
    def _dump(self, value_dict, file_path, file_format):
        with named_errors(file_path):
            dump_scalars(self, value_dict, file_path, file_format)

    @force_init_env
    def add_image(self, name, image, step=0, **kwargs):
        assert image.dtype == np.uint8
        picture = cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
        AtomicBackend().put(
            cv2.imencode('.png', picture)[1].tobytes(),
            Path(self._img_save_dir, f'{name}_{step}.png'))

    Config.dump = dump
    LocalVisBackend._dump, LocalVisBackend.add_image = _dump, add_image


write_local_files_safely()
