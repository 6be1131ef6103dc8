"""What the file of a raw video is called."""
VIDEOS = ('.mp4', '.avi', '.mkv', '.mov', '.webm', '.m4v', '.mpg', '.mpeg',
          '.wmv', '.flv', '.3gp', '.ogv', '.ts')


def video_file(name: str, suffix: str = '.mp4') -> str:
    """The file of a name from a list, which may lack the ending.

    Example:
        >>> video_file('a.avi'), video_file('clip.v1')
        ('a.avi', 'clip.v1.mp4')
    """
    endings = (*VIDEOS, suffix.lower())
    return name if name.lower().endswith(endings) else name + suffix
