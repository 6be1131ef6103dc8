"""File names of raw videos."""
import os

from projects_move.errors import InputError, MissingInputError

VIDEOS = ('.mp4', '.avi', '.mkv', '.mov', '.webm', '.m4v', '.mpg', '.mpeg',
          '.wmv', '.flv', '.3gp', '.ogv', '.ts', '.gif', '.m2ts', '.mts',
          '.vob', '.m2v', '.asf', '.divx', '.f4v', '.3g2', '.mxf', '.rm',
          '.rmvb', '.ogg', '.ogm', '.mjpeg', '.qt', '.dv', '.y4m')


def is_video_file(text: str) -> bool:
    """Whether a text ends with the suffix of a video."""
    return text.lower().endswith(VIDEOS)


def video_file(name: str, suffix: str = '.mp4') -> str:
    """File name of a video of a list, whose name may lack the suffix.

    Args:
        name: Name in the list.
        suffix: Suffix to append to a name without video suffix.

    Example:
        >>> video_file('a.avi'), video_file('clip.v1')
        ('a.avi', 'clip.v1.mp4')
    """
    suffixes = (*VIDEOS, suffix.lower())
    return name if name.lower().endswith(suffixes) else name + suffix


def find_video(path: str) -> str:
    """Path of a video file or of a folder of frames.

    Args:
        path: Path, which may lack the suffix of a video.

    Raises:
        MissingInputError: If there is no such file or folder.
        InputError: If several files differ from the path by their suffixes.
    """
    if os.path.isfile(path):
        return path
    suffixes = () if is_video_file(path) else VIDEOS
    found = [
        path + each for suffix in suffixes for each in (suffix, suffix.upper())
        if os.path.isfile(path + each)
    ]
    if len(found) > 1:
        raise InputError(f'{path} may be any of the files '
                         f'{", ".join(found)}: add the suffix to the name')
    if found:
        return found[0]
    if os.path.isdir(path):
        return path
    raise MissingInputError(f'no video file {path}')
