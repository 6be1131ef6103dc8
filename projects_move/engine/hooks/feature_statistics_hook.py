"""Mean and standard deviation of the features of a training set."""
import numpy as np
import torch
from mmengine.hooks import Hook
from mmengine.registry import HOOKS
from mmengine.utils import track_iter_progress

from projects_move.datasets.features.feature_file import open_feature_file
from projects_move.datasets.lists.class_counts import base_datasets
from projects_move.engine.utils import unwrap


@HOOKS.register_module()
class FeatureStatisticsHook(Hook):
    """Measures the mean and standard deviation of each feature channel.

    It reads training videos before the training and sets the statistics of
    ``FeatureDataPreprocessor``, which standardises the features. A resumed
    training and a test read the statistics from the checkpoint.

    Args:
        max_videos: Maximum number of videos to read, evenly spaced in the
            list.
    """

    def __init__(self, max_videos: int = 2000) -> None:
        self.max_videos = max_videos

    def before_train(self, runner) -> None:
        model = unwrap(runner.model)
        if model.data_preprocessor.mean is not None:
            return
        datasets = list(base_datasets(runner.train_dataloader.dataset))
        runner.logger.info('FeatureStatisticsHook reads the features of up '
                           f'to {self.max_videos} training videos')
        infos = [(dataset, i) for dataset in datasets
                 for i in range(len(dataset))]
        step = max(1, len(infos) / self.max_videos)
        infos = [infos[int(i)] for i in np.arange(0, len(infos), step)]
        mean, std = _statistics(
            dataset.get_data_info(i)['feature_path']
            for dataset, i in track_iter_progress(infos))
        model.data_preprocessor.set_feature_statistics(mean, std)


def _statistics(paths):
    """Mean and standard deviation over all frames, ``(C,)`` each; the standard
    deviation of a constant channel is 1."""
    count, total, square = 0, 0., 0.
    for path in paths:
        frames = np.asarray(open_feature_file(path), dtype=np.float64)
        count += len(frames)
        total = total + frames.sum(0)
        square = square + (frames**2).sum(0)
    mean = total / count
    std = np.sqrt(np.maximum(square / count - mean**2, 0))
    std[std < 1e-6] = 1
    return torch.from_numpy(mean), torch.from_numpy(std)
