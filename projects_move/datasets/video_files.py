"""What the file of a raw video is called."""
import os.path as osp

VIDEOS = ('.mp4', '.avi', '.mkv', '.mov', '.webm', '.m4v', '.mpg', '.mpeg',
          '.wmv', '.flv', '.3gp', '.ogv', '.ts')


def is_video(name: str) -> bool:
    """Whether a name ends as videos do; hidden files do not count.

    Example:
        >>> is_video('a/b.MP4'), is_video('a/._b.mp4'), is_video('clip.v1')
        (True, False, False)
    """
    base = osp.basename(name)
    return not base.startswith('.') and base.lower().endswith(VIDEOS)


def video_file(name: str, suffix: str = '.mp4') -> str:
    """The file of a name from a list, which may lack the ending.

    Example:
        >>> video_file('a.avi'), video_file('clip.v1')
        ('a.avi', 'clip.v1.mp4')
    """
    endings = (*VIDEOS, suffix.lower())
    return name if name.lower().endswith(endings) else name + suffix
