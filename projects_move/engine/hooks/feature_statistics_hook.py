"""Mean and standard deviation of the features of a training set."""
from typing import Iterable, Tuple

import numpy as np
import torch
from mmengine.hooks import Hook
from mmengine.registry import HOOKS
from mmengine.utils import track_iter_progress
from torch import Tensor

from projects_move.datasets.features.feature_checks import (check_channels,
                                                            finite_chunks)
from projects_move.datasets.features.feature_file import open_feature_file
from projects_move.datasets.features.frame_span import FrameSpan
from projects_move.datasets.lists.class_counts import base_datasets
from projects_move.engine.utils import unwrap
from projects_move.errors import InputError


@HOOKS.register_module()
class FeatureStatisticsHook(Hook):
    """Measures the mean and standard deviation of each feature channel.

    It reads training videos before the training and sets the statistics of
    ``FeatureDataPreprocessor``, which standardises the features. A resumed
    training and a test read the statistics from the checkpoint.

    Args:
        max_videos: Maximum number of videos to read, evenly spaced in the
            list.

    Raises:
        InputError: For a faulty file, NaN or infinity, other channels than
            the first file has, and a data set without videos.
    """

    def __init__(self, max_videos: int = 2000) -> None:
        if max_videos < 1:
            raise ValueError(f'max_videos must be positive, got {max_videos}')
        self.max_videos = max_videos

    def before_train(self, runner) -> None:
        model = unwrap(runner.model)
        if model.data_preprocessor.mean is not None:
            return
        datasets = list(base_datasets(runner.train_dataloader.dataset))
        infos = [(dataset, i) for dataset in datasets
                 for i in range(len(dataset))]
        if not infos:
            raise InputError('FeatureStatisticsHook found no training video')
        runner.logger.info('FeatureStatisticsHook reads the features of up '
                           f'to {self.max_videos} training videos')
        step = max(1, len(infos) / self.max_videos)
        infos = [infos[int(i)] for i in np.arange(0, len(infos), step)]
        mean, std = _statistics(
            _open(dataset.get_data_info(i))
            for dataset, i in track_iter_progress(infos))
        model.data_preprocessor.set_feature_statistics(mean, std)


def _open(info: dict) -> FrameSpan:
    return open_feature_file(
        info['feature_path'],
        video=info.get('video_id'),
        line=info.get('line'))


def _statistics(spans: Iterable[FrameSpan]) -> Tuple[Tensor, Tensor]:
    """Mean and standard deviation over all frames, ``(C,)`` each; the standard
    deviation of a constant channel is 1."""
    count, total, square, channels = 0, 0., 0., None
    for span in spans:
        check_channels(span.shape, channels, span.origin)
        channels = span.shape[1]
        for frames in finite_chunks(span):
            frames = frames.astype(np.float64)
            count += len(frames)
            total = total + frames.sum(0)
            square = square + (frames**2).sum(0)
    mean = total / count
    std = np.sqrt(np.maximum(square / count - mean**2, 0))
    std[std < 1e-6] = 1
    return torch.from_numpy(mean), torch.from_numpy(std)
