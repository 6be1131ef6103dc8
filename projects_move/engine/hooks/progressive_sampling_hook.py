"""Number of epochs for progressively balanced sampling."""
import math

from mmengine.hooks import Hook
from mmengine.registry import HOOKS

from projects_move.datasets.samplers import ProgressiveSampler
from projects_move.errors import InputError


@HOOKS.register_module()
class ProgressiveSamplingHook(Hook):
    """Sets the number of epochs of ``ProgressiveSampler``.

    Raises:
        InputError: For another sampler.
    """

    priority = 'HIGH'

    def before_train(self, runner) -> None:
        loader = runner.train_dataloader
        if not isinstance(loader.sampler, ProgressiveSampler):
            raise InputError('ProgressiveSamplingHook expects the sampler '
                             'ProgressiveSampler, found '
                             f'{type(loader.sampler).__name__}')
        if loader.sampler.max_epochs is None:
            loader.sampler.max_epochs = math.ceil(runner.max_iters /
                                                  len(loader))
