"""Origin of features, for errors."""
from typing import NamedTuple, Optional

from projects_move.errors import InputError


class Origin(NamedTuple):
    """Feature file of a video, with the name and line of the video in the
    list.

    Example:
        >>> str(Origin('a.npy', 'a', 3))
        'feature file a.npy (video a, line 3 of the list)'
        >>> str(Origin('a.npy'))
        'feature file a.npy'
    """
    path: Optional[str]
    video: Optional[str] = None
    line: Optional[int] = None

    def __str__(self) -> str:
        name = 'features' if self.path is None else f'feature file {self.path}'
        parts = [] if self.video is None else [f'video {self.video}']
        parts += [] if self.line is None else [f'line {self.line} of the list']
        return f"{name} ({', '.join(parts)})" if parts else name

    def error(self, reason: object) -> InputError:
        """Error that names the file, video and line."""
        text = getattr(reason, 'strerror', None) or reason
        return InputError(f'{self}: {text or type(reason).__name__}')
