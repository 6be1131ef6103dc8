"""Check of the feature files of a data set before a training."""
from typing import Optional

from projects_move.errors import InputError
from .feature_checks import check_finite
from .feature_file import open_feature_file


def feature_problem(path: str,
                    video: Optional[str] = None,
                    line: Optional[int] = None,
                    channels: Optional[int] = None) -> str:
    """Problem of a feature file, all values of which are read; empty if there
    is none."""
    try:
        span = open_feature_file(path, channels, video, line)
        for frames in span.chunks():
            check_finite(frames, span.origin)
    except InputError as error:
        return str(error)
    return ''
