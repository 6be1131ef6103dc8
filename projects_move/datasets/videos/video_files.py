"""File names of raw videos."""
VIDEOS = ('.mp4', '.avi', '.mkv', '.mov', '.webm', '.m4v', '.mpg', '.mpeg',
          '.wmv', '.flv', '.3gp', '.ogv', '.ts', '.gif', '.m2ts', '.mts',
          '.vob', '.m2v', '.asf', '.divx', '.f4v', '.3g2', '.mxf', '.rm',
          '.rmvb', '.ogg', '.ogm', '.mjpeg', '.qt', '.dv', '.y4m')


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
