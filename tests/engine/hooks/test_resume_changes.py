"""A training that stopped within an epoch resumes with the same batches only.

Each change keeps the number of batches in an epoch.
"""
import logging

import pytest

from projects_move.apis.configs import load_config
from projects_move.errors import InputError
from tests.config_runs import CONFIGS
from tests.processes import run_on_ranks
from tests.resuming import quick_texts, small, train

MOVE = CONFIGS['fsdd/move_logmel_adam-50e_fsdd-feature.py']


@pytest.fixture
def cfg(tmp_path, monkeypatch):
    quick_texts(monkeypatch)
    return small(load_config(MOVE), tmp_path)


def other_batch_size(cfg):
    cfg.train_dataloader.batch_size = 5


def other_order(cfg):
    cfg.train_dataloader.sampler.shuffle = False


def other_sampler(cfg):
    cfg.train_dataloader.sampler = dict(type='ClassBalancedSampler')


def other_list(cfg):
    """The videos of the first two lines change places."""
    lines = list_file(cfg).read_text().splitlines()
    lines[:2] = lines[1::-1]
    list_file(cfg).write_text('\n'.join(lines) + '\n')


def list_file(cfg):
    from pathlib import Path
    data = cfg.train_dataloader.dataset
    return Path(data.data_root, data.ann_file)


@pytest.mark.parametrize('change, name', [
    (other_batch_size, 'batch size of a rank: 5 instead of 4'),
    (other_order, 'sampler: DefaultSampler'),
    (other_sampler, 'sampler: ClassBalancedSampler'),
    (other_list, 'checksum of the list'),
])
def test_within_an_epoch(cfg, tmp_path, change, name):
    assert train(cfg, tmp_path / 'work', step=4) is None
    change(cfg)
    with pytest.raises(InputError, match=f'interrupted.pth was.*{name}'):
        train(cfg, tmp_path / 'work')


def test_at_the_end_of_an_epoch(cfg, tmp_path, monkeypatch):
    """It goes on, with a warning."""
    warned = []
    monkeypatch.setattr(logging.Logger, 'warning',
                        lambda self, text, *args: warned.append(text))
    assert train(cfg, tmp_path / 'work', step=3, kill=True) is None
    other_batch_size(cfg)
    assert train(cfg, tmp_path / 'work') is not None
    assert any('the epochs have other batches (batch size' in each
               for each in warned)


def on_rank(rank, folder, cfg):
    cfg.launcher = 'pytorch'
    cfg.train_dataloader.batch_size = 2
    train(cfg, f'{folder}/work')


@pytest.mark.filterwarnings('ignore:.*fork:DeprecationWarning')
@pytest.mark.filterwarnings('ignore:.*broadcast_buffers:FutureWarning')
def test_number_of_ranks(cfg, tmp_path):
    """Two ranks of two videos after one of four."""
    assert train(cfg, tmp_path / 'work', step=4) is None
    assert run_on_ranks(on_rank, tmp_path, cfg) == [1, 1]
    for rank in range(2):
        text = (tmp_path / f'error{rank}.txt').read_text().splitlines()[-1]
        assert text.startswith('projects_move.errors.InputError: ')
        assert 'number of ranks: 2 instead of 1, batch size' in text
