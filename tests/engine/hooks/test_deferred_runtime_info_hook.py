"""The log says what it would say if losses went there at once."""
import numpy as np
import pytest
import torch
from mmengine.hooks import Hook
from mmengine.model import BaseModel
from mmengine.runner import Runner
from torch import nn
from torch.utils.data import DataLoader

from projects_move.engine.hooks import deferred_runtime_info_hook


class Line(BaseModel):

    def __init__(self):
        super().__init__()
        self.line = nn.Linear(1, 1)

    def forward(self, inputs, mode):
        error = (self.line(inputs) - 3).square()
        return dict(loss_a=error.mean(), loss_b=error.sum())


class Read(Hook):
    """What the message hub knows whenever the logger may read it."""
    priority = 'BELOW_NORMAL'

    def __init__(self):
        self.seen = []

    def after_train_iter(self, runner, batch_idx, **kwargs):
        if self.every_n_inner_iters(batch_idx, 3):
            scalar = runner.message_hub.get_scalar('train/loss_a')
            self.seen.append((scalar.current(), scalar.mean(3)))


def trained(folder, kind, by_epoch, seed=0):
    torch.manual_seed(seed)
    read = Read()
    data = DataLoader(
        torch.rand(7, 2, 1), collate_fn=lambda x: dict(inputs=torch.stack(x)))
    length = dict(max_epochs=3) if by_epoch else dict(
        max_iters=20, val_interval=100)
    runner = Runner(
        Line(),
        str(folder / kind),
        train_dataloader=data,
        optim_wrapper=dict(optimizer=dict(type='SGD', lr=.01)),
        train_cfg=dict(by_epoch=by_epoch, **length),
        default_hooks=dict(
            runtime_info=dict(type=kind),
            logger=dict(type='LoggerHook', interval=3),
            checkpoint=dict(
                type='CheckpointHook', interval=2, by_epoch=by_epoch)),
        custom_hooks=[read],
        log_level='ERROR',
        default_scope='mmengine',
        experiment_name=f'{folder.name}-{kind}')
    runner.train()
    last = torch.load(
        (folder / kind / 'last_checkpoint').read_text(), weights_only=True)
    return read.seen, {
        name: buffer.data[0]
        for name, buffer in last['message_hub']['log_scalars'].items()
        if name.startswith('train/loss')
    }


@pytest.mark.parametrize('by_epoch', [True, False])
def test_same_history(tmp_path, by_epoch):
    seen, kept = trained(tmp_path, 'DeferredRuntimeInfoHook', by_epoch)
    now, then = trained(tmp_path, 'RuntimeInfoHook', by_epoch)
    np.testing.assert_allclose(seen, now)
    assert set(kept) == set(then) == {
        'train/loss', 'train/loss_a', 'train/loss_b'
    }
    for name in kept:
        np.testing.assert_allclose(kept[name], then[name])


def test_history_is_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(deferred_runtime_info_hook, 'HISTORY', 5)
    _, kept = trained(tmp_path, 'DeferredRuntimeInfoHook', True)
    assert len(kept['train/loss']) == 7  # an epoch
