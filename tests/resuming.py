"""Trainings that are interrupted, to compare with one that is not."""
import random
import signal

import numpy as np
import torch
from mmengine.hooks import Hook
from mmengine.runner import Runner

from projects_move.apis.training.resuming import latest_checkpoint
from projects_move.utils.stop_signal import REQUEUE, stop_requested
from tests.config_runs import shrink_aggregators
from tests.tiny_data import shrink_data

STEPS, EPOCHS = 3, 2  # 12 videos in batches of 4


class Killed(BaseException):
    """Ends a training at once, as a crash does."""


class Interrupt(Hook):
    """Kills or signals a training in the course of a step.

    It has no state: the step is that of the runner.
    """
    priority = 'NORMAL'

    def __init__(self, step, kill):
        self.step = step
        self.kill = kill

    def after_train_iter(self, runner, batch_idx, data_batch, outputs):
        if runner.iter == self.step:
            if self.kill:
                raise Killed
            signal.raise_signal(signal.SIGUSR1)


class InValidation(Interrupt):
    """Kills or signals a training in the first batch of a validation."""

    def after_train_iter(self, *args, **kwargs):
        pass

    def after_val_iter(self, runner, batch_idx, data_batch, outputs):
        if batch_idx == 0:
            super().after_train_iter(runner, batch_idx, data_batch, outputs)


def small(cfg, folder, batch_size=4):
    """Config on twelve tiny videos, for two epochs of three steps."""
    shrink_data(cfg, folder)
    shrink_aggregators(cfg.model)
    cfg.model.cls_head.hidden_channels = 8
    cfg.train_dataloader.batch_size = batch_size
    cfg.train_cfg.update(max_epochs=EPOCHS, val_interval=1)
    cfg.default_hooks.checkpoint.update(
        interval=1, save_best='long_tail/mAP', rule='greater')
    cfg.default_hooks.logger.interval = 10**6
    cfg.visualizer = cfg.vis_backends = None
    cfg.log_level = 'ERROR'
    cfg.randomness = dict(seed=7)
    return cfg


def quick_texts(monkeypatch):
    """Write the texts of configs as they are: formatting takes longer than a
    training of this size."""
    monkeypatch.setattr('mmengine.config.config.FormatCode',
                        lambda text, **kwargs: (text, True))


def train(cfg, work_dir, step=None, kill=False, workers=0):
    """Train, or resume what is in the folder; None if it is interrupted.

    Nothing that the process drew before may matter, so that every generator
    is in another state for each training.
    """
    noise = random.SystemRandom().randrange(2**32)
    random.seed(noise), np.random.seed(noise), torch.manual_seed(noise)
    cfg = cfg.copy()
    path = latest_checkpoint(work_dir)
    cfg.update(work_dir=str(work_dir), resume=path is not None)
    if path:
        cfg.load_from = str(path)
    cfg.train_dataloader.update(
        num_workers=workers, persistent_workers=workers > 0)
    cfg.experiment_name = f'{work_dir}{random.random()}'
    with stop_requested():
        runner = Runner.from_cfg(cfg)
        if step is not None:
            runner.register_hook(Interrupt(step, kill))
        try:
            runner.train()
        except Killed:
            return None
        except SystemExit as stopped:
            assert stopped.code == REQUEUE
            return None
    assert step is None, 'the training was not interrupted'
    return runner


def final_state(runner):
    """Everything that a finished training holds, as tensors and values."""
    hub = runner.message_hub.runtime_info
    model = getattr(runner.model, 'module', runner.model)
    state = dict(
        weights=model.state_dict(),
        optimizer=runner.optim_wrapper.state_dict(),
        schedulers=[each.state_dict() for each in runner.param_schedulers],
        iter=runner.iter,
        epoch=runner.epoch,
        best=hub.get('best_score'),
        best_name=str(hub.get('best_ckpt')).rsplit('/', 1)[-1])
    for hook in runner.hooks:
        if hasattr(hook, 'ema_model'):
            state['ema'] = hook.ema_model.state_dict()
    return state


def differences(expected, found, place=''):
    """Places at which two states are not the same, bit for bit."""
    if isinstance(expected, torch.Tensor):
        same = expected.dtype == found.dtype and torch.equal(expected, found)
        return [] if same else [place]
    if isinstance(expected, dict):
        keys = [] if expected.keys() == found.keys() else [f'{place} keys']
        return keys + [
            each
            for key in expected.keys() & found.keys() for each in differences(
                expected[key], found[key], f'{place}.{key}')
        ]
    if isinstance(expected, (list, tuple)):
        return differences(
            dict(enumerate(expected)), dict(enumerate(found)), place)
    return [] if expected == found else [f'{place}: {expected}, {found}']
