"""Folders whose images are the frames of a video."""
import os
import re
from collections import defaultdict
from typing import Dict, Iterable, List, Optional, Sequence, Tuple

import numpy as np
from PIL import Image, ImageOps

from projects_move.errors import InputError

IMAGES = ('.jpg', '.jpeg', '.png')
NUMBERED = re.compile(r'(.*?)(\d+)(\.jpe?g|\.png)', re.IGNORECASE | re.ASCII)
MMACTION_PREFIX = 'img_'  # of pictures, beside the optical flow
DEEP_MODES = ('F', 'I', 'I;16', 'I;16B', 'I;16L', 'I;16N')


def is_frame_file(name: str) -> bool:
    """Whether a file name is that of a frame: a number, then the suffix of an
    image.

    Example:
        >>> is_frame_file('img_00001.jpg'), is_frame_file('cover.jpg')
        (True, False)
    """
    return NUMBERED.fullmatch(name) is not None


class FrameFolder:
    """Frames of a video, each in a file such as ``img_00001.jpg``.

    The frames are those of one prefix, in the order of their numbers, which
    may start anywhere and have any constant step. If a folder has images of
    several prefixes, they must include ``img_``, which is taken: MMAction2
    puts optical flow beside it. Frames are upright by their Exif orientation,
    and RGB also from grey or CMYK images.

    Args:
        path: The folder.
        rate: Frames per second; None if unknown.

    Attributes:
        rate: Frames per second; 0 if unknown.
        frame_times: Seconds of each frame after the first, float64 ``(T,)``,
            None if unknown.

    Raises:
        InputError: For a folder without frames, with frames of several
            prefixes or two of one number, or with a gap in the numbers.
    """

    def __init__(self, path: str, rate: Optional[float] = None) -> None:
        self.path = path
        try:
            names = os.listdir(path)
        except OSError as error:
            raise InputError(f'folder {path} cannot be read: '
                             f'{error.strerror}') from error
        self.files = frame_files(names, f'folder of frames {path}')
        self.rate = rate or 0
        self.frame_times = np.arange(len(self.files)) / rate if rate else None
        self._first: Optional[Tuple[str, tuple]] = None

    def __len__(self) -> int:
        return len(self.files)

    def read(self, indices: Sequence[int]) -> List[np.ndarray]:
        """Pictures of frames by their positions from 0, RGB uint8 ``(H, W,
        3)``, which repeat if a position does.

        Raises:
            InputError: For a position beyond the folder, an image that cannot
                be decoded, and for images of different sizes.
        """
        outside = [i for i in indices if not 0 <= i < len(self)]
        if outside:
            raise InputError(f'folder of frames {self.path}: expected frames '
                             f'0 to {len(self) - 1}, got {outside[0]}')
        pictures: Dict[int, np.ndarray] = {}
        for index in indices:
            if index not in pictures:
                pictures[index] = self._picture(self.files[index])
        return [pictures[index] for index in indices]

    def _picture(self, name: str) -> np.ndarray:
        picture = read_picture(os.path.join(self.path, name))
        first, shape = self._first = self._first or (name, picture.shape)
        if picture.shape != shape:
            sizes = [
                f'{each[1]} x {each[0]}' for each in (shape, picture.shape)
            ]
            raise InputError(f'folder of frames {self.path}: expected images '
                             f'of one size, {first} is {sizes[0]}, {name} is '
                             f'{sizes[1]} pixels')
        return picture


def frame_files(names: Iterable[str], place: str) -> List[str]:
    """File names of the frames of a folder, in the order of their numbers.

    Args:
        names: Names of all files; hidden ones and those that are no frames
            are ignored.
        place: The folder in errors.

    Raises:
        InputError: See :class:`FrameFolder`.

    Example:
        >>> frame_files(['f10.jpg', 'f9.jpg', 'f8.jpg', 'about.txt'], 'here')
        ['f8.jpg', 'f9.jpg', 'f10.jpg']
    """
    frames: Dict[str, Dict[int, str]] = defaultdict(dict)
    for name in sorted(names):
        match = None if name[:1] == '.' else NUMBERED.fullmatch(name)
        if match:
            known = frames[match[1]].setdefault(int(match[2]), name)
            if known != name:
                raise InputError(f'{place}: {known} and {name} have the same '
                                 'number')
    if not frames:
        raise InputError(f'{place} has no images such as img_00001.jpg')
    if len(frames) > 1 and MMACTION_PREFIX not in frames:
        first = [files[min(files)] for files in frames.values()]
        raise InputError(f'{place}: expected the frames of one video, found '
                         f'images of {len(frames)} prefixes: '
                         f'{", ".join(first[:3])}')
    files = frames[MMACTION_PREFIX] if len(frames) > 1 else \
        next(iter(frames.values()))
    numbers = sorted(files)
    steps = np.diff(numbers)
    if len(steps) and steps.max() > steps.min():
        gap = int((steps > steps.min()).argmax())
        raise InputError(
            f'{place}: frames are missing between {files[numbers[gap]]} and '
            f'{files[numbers[gap + 1]]}: expected a constant step')
    return [files[number] for number in numbers]


def read_picture(path: str) -> np.ndarray:
    """Upright RGB picture of an image file, uint8 ``(H, W, 3)``.

    Raises:
        InputError: For a file that cannot be decoded, or has more than 8 bits
            a colour.
    """
    try:
        with Image.open(path) as image:
            if image.mode in DEEP_MODES:
                raise InputError(f'image {path}: expected 8 bits a colour, '
                                 f'found pixels of the mode {image.mode}')
            upright = ImageOps.exif_transpose(image)
            return np.array(upright.convert('RGB'))
    except InputError:
        raise
    except Exception as error:  # Pillow raises errors of many types
        raise InputError(f'image {path} cannot be decoded: '
                         f'{type(error).__name__}: {error}') from error


def folder_problem(path: str, max_frames: Optional[int] = None) -> str:
    """Problem of a folder of frames; empty if there is none.

    Args:
        max_frames: Number of frames to decode; None is all.
    """
    try:
        folder = FrameFolder(path)
        for index in range(len(folder))[:max_frames]:
            folder.read([index])
    except InputError as error:
        return str(error)
    return ''
