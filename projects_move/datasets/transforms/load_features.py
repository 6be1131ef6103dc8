"""Opening the cached features of a video."""
from typing import List, Optional, Sequence, Union

from mmaction.registry import TRANSFORMS

from projects_move.structures import VideoBatch
from ..features.feature_column import FeatureColumn
from .batch_transform import BatchTransform


@TRANSFORMS.register_module()
class LoadFeatures(BatchTransform):
    """Open the features at ``results['feature_path']``; a later transform
    reads the frames.

    Added keys: ``features``, ``(T, C)`` in the float type of the file, and
    ``total_frames``.

    Args:
        channels: Expected C; None accepts any.

    Raises:
        InputError: On first access to the features; see
            :func:`~projects_move.datasets.features.feature_file.open_feature_file`.
    """

    def __init__(self, channels: Optional[int] = None) -> None:
        self.channels = channels

    def transform_batch(self, batch: VideoBatch) -> VideoBatch:
        columns, unknown = batch.columns, [None] * len(batch)
        features = FeatureColumn(columns['feature_path'],
                                 columns.get('video_id', unknown),
                                 columns.get('line', unknown), self.channels)
        return VideoBatch(
            dict(
                columns,
                features=features,
                total_frames=_FrameCounts(features)))

    def __repr__(self) -> str:
        return f'{type(self).__name__}(channels={self.channels})'


class _FrameCounts(Sequence):
    """Number of frames of each video, read on access."""

    def __init__(self, features: FeatureColumn) -> None:
        self.features = features

    def __len__(self) -> int:
        return len(self.features)

    def __getitem__(self,
                    index: Union[int,
                                 List[int]]) -> Union[int, '_FrameCounts']:
        if isinstance(index, list):
            return _FrameCounts(self.features[index])
        return len(self.features.frames(index))
