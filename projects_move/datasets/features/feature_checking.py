"""Check of all feature files of a data set before a training."""
from collections import Counter
from typing import List, NamedTuple, Optional, Tuple

from projects_move.errors import InputError
from .feature_checks import finite_chunks, transposed_hint
from .feature_file import open_feature_file
from .origin import Origin

MAX_LISTED = 100  # files of other channels that are named


class FeatureReport(NamedTuple):
    """What a feature file holds.

    Attributes:
        origin: File, video and line.
        shape: ``(T, C)``; None for a file that cannot be read.
        dtype: Name of the float type.
        problem: Problem of the file, empty if there is none.
    """
    origin: Origin
    shape: Optional[Tuple[int, int]] = None
    dtype: str = ''
    problem: str = ''


def inspect_features(info: dict) -> FeatureReport:
    """Read all values of the features of a data info, and compare those of a
    packed store with their checksum."""
    origin = Origin(info['feature_path'], info.get('video_id'),
                    info.get('line'))
    shape, dtype = None, ''
    try:
        span = open_feature_file(
            origin.path, video=origin.video, line=origin.line)
        shape, dtype = span.shape, span.dtype.name
        for _ in finite_chunks(span):
            pass
    except InputError as error:
        return FeatureReport(origin, shape, dtype, str(error))
    return FeatureReport(origin, shape, dtype)


def summarize(reports: List[FeatureReport]) -> str:
    """Numbers of files, frames and channels, in a line."""
    shapes = [report.shape for report in reports if report.shape]
    if not shapes:
        return f'{len(reports)} feature files, none can be read'
    lengths = [length for length, _ in shapes]
    channels = Counter(channels for _, channels in shapes)
    dtypes = sorted({report.dtype for report in reports if report.shape})
    listed = ', '.join(f'{count} files of {size} channels'
                       for size, count in channels.most_common(4))
    return (f'read all values of all feature files: {listed}'
            f'{", ..." if len(channels) > 4 else ""}; {min(lengths)} to '
            f'{max(lengths)} frames; {", ".join(dtypes)}')


def channel_problems(reports: List[FeatureReport],
                     expected: Optional[int] = None) -> List[str]:
    """Problems of files of other channels than the model or most files.

    Args:
        reports: Reports of all files of a data set.
        expected: ``in_channels`` of the model, None if unknown.
    """
    readable = [report for report in reports if report.shape]
    if not readable:
        return []
    counts = Counter(report.shape[1] for report in readable)
    wanted = f'the model expects {expected} (in_channels)'
    if expected is None:
        expected, count = counts.most_common(1)[0]
        if 2 * count <= len(readable):
            return [_no_majority(readable, counts)]
        wanted = f'{count} files have {expected}'
    odd = [report for report in readable if report.shape[1] != expected]
    problems = [
        f'{report.origin}: has {report.shape[1]} channels, but {wanted}'
        f'{transposed_hint(report.shape, expected)}'
        for report in odd[:MAX_LISTED]
    ]
    if len(odd) > MAX_LISTED:
        problems.append(f'{len(odd) - MAX_LISTED} more files have other '
                        'channels')
    return problems


def _no_majority(reports: List[FeatureReport], counts: Counter) -> str:
    lengths = {report.shape[0] for report in reports}
    if len(lengths) == 1:
        return (f'{len(reports)} files have {lengths.pop()} frames each and '
                f'{len(counts)} different numbers of channels, such as '
                f'{reports[0].origin} {reports[0].shape}: they look '
                'transposed, save features.T')
    first = {report.shape[1]: report.origin for report in reports[::-1]}
    listed = ', '.join(f'{count} have {size}, such as {first[size]}'
                       for size, count in counts.most_common(4))
    return f'no number of channels is that of most files: {listed}'
