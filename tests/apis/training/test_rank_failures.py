"""A rank that ends or differs ends the others, which say why."""
import os
import signal
import sys
from datetime import timedelta
from unittest import mock

import pytest
import torch
import torch.distributed as dist
from mmengine.config import Config
from mmengine.hooks import Hook

from projects_move.apis.tool_errors import exit_on_input_error
from projects_move.apis.training.rank_failures import ranks_end_together
from projects_move.errors import InputError
from tests.processes import run_on_ranks
from tests.tiny_runner import dataset, loader, runner

pytestmark = [
    pytest.mark.filterwarnings('ignore:.*fork:DeprecationWarning'),
    pytest.mark.filterwarnings('ignore:.*broadcast_buffers:FutureWarning'),
    pytest.mark.filterwarnings('ignore:.*dataset_meta.*:UserWarning')
]


class Fault(Hook):
    """Calls a function on the second rank before its second step."""

    def __init__(self, fault):
        self.fault = fault

    def before_train_iter(self, runner, batch_idx, data_batch=None):
        if runner.iter != 1:
            return
        if runner.rank == 1:
            self.fault(data_batch)
        elif self.fault is hang:  # any longer wait is the fault's
            dist.distributed_c10d._set_pg_timeout(timedelta(seconds=3), None)


def raise_input_error(batch):
    raise InputError('v_7.npy: the video v_7 has no frames')


def kill(batch):
    os.kill(os.getpid(), signal.SIGKILL)


def hang(batch):
    os.kill(os.getpid(), signal.SIGSTOP)


def nan_frames(batch):
    batch['inputs'][0][:] = float('nan')


def train(folder, rank, train, hooks=(), **settings):
    one = runner(
        f'{folder}/{rank}',
        train=train,
        launcher='pytorch',
        cfg=dict(find_unused_parameters=True),
        custom_hooks=[dict(type='ClassCountsHook'), *hooks],
        train_dataloader=dict(loader(train, batch_size=2), **settings))
    one.train()


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """The runner formats its config for seconds."""
    monkeypatch.setattr(Config, 'pretty_text', '')


def train_on_rank(rank, folder, fault):
    with open(f'{folder}/{rank}.txt', 'w') as file:
        with mock.patch.object(sys, 'stderr', file):
            try:
                with exit_on_input_error(), ranks_end_together():
                    train(folder, rank, dataset(sampler=True),
                          [Fault(fault),
                           dict(type='FiniteValuesHook')])
            except SystemExit as stop:
                file.write(str(stop.code))
                file.flush()
                os._exit(1)


def messages(folder, fault, **kwargs):
    """Last lines of the output of both ranks, and their exit codes."""
    codes = run_on_ranks(train_on_rank, folder, fault, **kwargs)
    return [(folder / f'{rank}.txt').read_text() for rank in range(2)], codes


def test_error_of_a_rank_is_told_by_the_others(tmp_path):
    (first, second), codes = messages(tmp_path, raise_input_error)
    assert codes == [1, 1]
    reason = 'v_7.npy: the video v_7 has no frames'
    assert second == f'error: {reason}'
    assert first == f'error: rank 0 ends, because rank 1 ended: {reason}'


def test_killed_rank_ends_the_others(tmp_path):
    (first, _), codes = messages(tmp_path, kill)
    assert codes == [1, -signal.SIGKILL]
    assert first.startswith('error: rank 0 ends, because the connection to '
                            'another rank is lost; its process was killed')


def test_rank_that_hangs_ends_the_others_after_the_timeout(tmp_path):
    (first, _), codes = messages(tmp_path, hang, hanging=[1])
    assert codes == [1, None]
    assert first.startswith('error: rank 0 ends, because another rank did not '
                            'answer within the timeout (env_cfg.dist_cfg.time')


def test_nan_of_one_rank_stops_both(tmp_path):
    texts, codes = messages(tmp_path, nan_frames)
    assert codes == [1, 1]
    assert texts[0] == texts[1]
    assert texts[0].startswith('error: epoch 1, iteration 2: on rank 1, '
                               'loss_cls is nan for the videos v_5, v_7. ')


UNEVEN = dict(sampler=dict(type='DefaultSampler', round_up=False))
OTHER_WORK = [
    ([[0, 1, 2], [0, 1]], {}, 'videos in the training list: 3 on rank 0, 2 on '
     'rank 1: give each rank the same files'),
    ([[0, 1, 2], [0, 2, 2]], {}, 'training videos of each class: [1, 1, 1] on '
     'rank 0, [1, 0, 2] on rank 1: give each rank the same files'),
    ([[0, 1, 2, 0, 0]] * 2, UNEVEN, 'batches in an epoch: 2 on rank 0, 1 on '
     'rank 1: set train_dataloader.sampler.round_up=True, or batch sizes '
     'that give each rank the same number of batches'),
]


def train_unequal(rank, folder):
    """Trainings whose data or settings differ between the ranks."""
    for data, settings, text in OTHER_WORK:
        with pytest.raises(InputError) as error:
            train(folder, rank, dataset(data[rank]),
                  [dict(type='RankCheckHook')], **settings)
        assert str(error.value) == 'the ranks differ in the number of ' + text


def test_ranks_with_other_work_are_refused(tmp_path):
    codes = run_on_ranks(train_unequal, tmp_path)
    errors = [path.read_text() for path in tmp_path.glob('error*.txt')]
    assert codes == [0, 0], errors


def test_one_process_is_left_alone():
    with pytest.raises(RuntimeError, match='^gloo is a word$'):
        with ranks_end_together():
            raise RuntimeError('gloo is a word')
    assert not torch.distributed.is_initialized()
