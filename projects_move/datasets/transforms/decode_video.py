"""Reading of a raw video, frame by frame as a sequential decode."""
import os
from typing import Dict, Optional

import numpy as np
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform
from mmengine.fileio import get

from projects_move.errors import InputError
from ..videos.frame_folder import FrameFolder
from ..videos.video_reader import VideoReader


@TRANSFORMS.register_module()
class VideoInit(BaseTransform):
    """Open a video, or a folder of frames, and count its frames.

    ``DecordInit``, ``PyAVInit`` and ``OpenCVInit`` of MMAction2 may replace
    it, together with their ``*Decode``. Then frame n need not be frame n of
    the video, and there are no ``frame_times``; see ``docs/videos.md``.

    Args:
        io_backend: Name of the storage backend of MMEngine. With ``'disk'``
            the file is opened in place, with others its content is loaded.
        frame_rate: Frames per second of folders of frames, see
            :class:`~projects_move.datasets.videos.frame_folder.FrameFolder`.
        kwargs: Arguments of the storage backend.

    Required key: ``filename``. Added keys: ``video_reader``,
    ``total_frames``, ``avg_fps``, ``frame_times`` (seconds of each frame,
    unless it is a folder of frames and ``frame_rate`` is None).

    Raises:
        InputError: For a file that is missing, truncated, or has no frames
            that can be decoded, with the file and its codec.
    """

    def __init__(self,
                 io_backend: str = 'disk',
                 frame_rate: Optional[float] = None,
                 **kwargs) -> None:
        self.io_backend = io_backend
        self.frame_rate = frame_rate
        self.kwargs = kwargs

    def transform(self, results: Dict) -> Dict:
        path = str(results['filename'])
        if self._is_on_disk and os.path.isdir(path):
            reader = FrameFolder(path, self.frame_rate)
        else:
            reader = VideoReader(path, self._content(path))
        results['video_reader'] = reader
        results['total_frames'] = len(reader)
        results['avg_fps'] = reader.rate
        if reader.frame_times is not None:
            results['frame_times'] = reader.frame_times
        return results

    @property
    def _is_on_disk(self) -> bool:
        return self.io_backend in ('disk', 'local')

    def _content(self, path: str) -> Optional[bytes]:
        """Content of a file that is not on disk."""
        if self._is_on_disk:
            return None
        try:
            return get(
                path, backend_args=dict(self.kwargs, backend=self.io_backend))
        except OSError as error:
            raise InputError(f'video file {path} cannot be read by the '
                             f'backend {self.io_backend}: {error}') from error

    def __repr__(self) -> str:
        rate = f', frame_rate={self.frame_rate}' if self.frame_rate else ''
        return f'{type(self).__name__}(io_backend={self.io_backend!r}{rate})'


@TRANSFORMS.register_module()
class VideoDecode(BaseTransform):
    """Read the frames ``frame_inds`` of a video that ``VideoInit`` opened.

    Required keys: ``video_reader``, ``frame_inds``. Added keys: ``imgs``, one
    upright RGB picture for each number, uint8 ``(H, W, 3)``;
    ``original_shape``; ``img_shape``. ``video_reader`` becomes None: the file
    is closed as soon as nobody else holds the reader.

    Raises:
        InputError: For a number beyond the video, and for a damaged frame.
    """

    def transform(self, results: Dict) -> Dict:
        results['frame_inds'] = np.ravel(results['frame_inds'])
        results['imgs'] = results['video_reader'].read(results['frame_inds'])
        results['video_reader'] = None
        shape = results['imgs'][0].shape[:2]
        results['original_shape'] = results['img_shape'] = shape
        return results

    def __repr__(self) -> str:
        return f'{type(self).__name__}()'
