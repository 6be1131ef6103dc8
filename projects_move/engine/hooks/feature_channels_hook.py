"""Hook that compares the channels of cached features with the model."""
from typing import Optional

from mmengine.hooks import Hook
from mmengine.registry import HOOKS

from projects_move.datasets.features.feature_checks import transposed_hint
from projects_move.datasets.features.feature_file import open_feature_file
from projects_move.datasets.lists.class_counts import (base_datasets,
                                                       iterate_transforms)
from projects_move.datasets.transforms import LoadFeatures
from projects_move.engine.utils import restart_workers, unwrap
from projects_move.models.backbones import IdentityBackbone


@HOOKS.register_module()
class FeatureChannelsHook(Hook):
    """Compares the channels of features with ``in_channels`` of the model.

    The first video of each data set is compared before the first step. If its
    file has the channels of the model, ``LoadFeatures`` expects them of all
    other files, and names a file that has others. If the file has other
    channels, the frames that the pipeline makes of it count, because a
    transform may change the channels.

    Raises:
        InputError: For a first video of other channels, with file, video and
            line.
    """

    priority = 'HIGH'  # before statistics are measured

    def before_train(self, runner) -> None:
        loops = [runner.train_loop, runner.val_loop]
        changed = [_expect_channels(runner, loop) for loop in loops if loop]
        if any(changed):
            restart_workers(runner)

    def before_val(self, runner) -> None:
        _expect_channels(runner, runner.val_loop)

    def before_test(self, runner) -> None:
        _expect_channels(runner, runner.test_loop)


def _expect_channels(runner, loop) -> bool:
    """Set the channels of ``LoadFeatures``; return whether that changed a
    pipeline."""
    channels = _model_channels(unwrap(runner.model))
    changed = False
    for dataset in base_datasets(loop.dataloader.dataset):
        steps = [
            step for step in iterate_transforms(dataset)
            if isinstance(step, LoadFeatures) and step.channels is None
        ]
        if channels is not None and steps and len(dataset) and \
                _has_channels(dataset, channels):
            changed = True
            for step in steps:
                step.channels = channels
    return changed


def _has_channels(dataset, channels: int) -> bool:
    """Whether the first file of a data set has these channels."""
    info = dataset.get_data_info(0)
    if 'feature_path' not in info:
        return False
    span = open_feature_file(
        info['feature_path'],
        video=info.get('video_id'),
        line=info.get('line'))
    if span.shape[1] == channels:
        return True
    found = dataset[0]['inputs'].shape[-1]
    if found != channels:
        raise span.origin.error(
            f'has {span.shape[1]} channels, but in_channels of the model is '
            f'{channels}{transposed_hint(span.shape, channels)}. Use the '
            'features of another backbone, or set model.neck.in_channels '
            f'(model.cls_head.in_channels without neck) to {found}')
    return False


def _model_channels(model) -> Optional[int]:
    """Expected channels of cached features; None if unknown."""
    if not isinstance(getattr(model, 'backbone', None), IdentityBackbone):
        return None
    return getattr(model, 'frame_channels', None)
