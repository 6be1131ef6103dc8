"""Files that are removed, cut or replaced in the course of a training."""
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from mmengine.hooks import Hook

from projects_move.apis.configs import load_config
from projects_move.apis.tool_errors import exit_on_input_error
from tests.datasets.features.stores import pack
from tests.engine.hooks.test_resume import MOVE, RGB
from tests.resuming import differences, final_state, quick_texts, small, train

CHANNELS = 64  # of MOVE's features of Free Spoken Digits


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    quick_texts(monkeypatch)


class ChangeFiles(Hook):
    """Changes all files after the first epoch, before they are read again."""

    def __init__(self, change, folder):
        self.change, self.folder = CHANGES[change], folder

    def after_train_epoch(self, runner):
        for name in sorted(os.listdir(self.folder)):
            self.change(os.path.join(self.folder, name))


class NewWorkers(Hook):
    """Ends the workers after each epoch, as without persistent_workers."""

    def before_train_epoch(self, runner):
        runner.train_dataloader._iterator = None


def cut(path):
    os.truncate(path, os.path.getsize(path) // 2)


def replace(path):
    np.save(path, np.ones((9, 2), np.float16))  # of other channels


def list_less(path):
    path = Path(path)
    path.write_text('\n'.join(path.read_text().splitlines()[::-2]))


CHANGES = dict(
    removed=os.remove, cut=cut, replaced=replace, list_less=list_less)


@pytest.mark.parametrize('config, change, workers', [(MOVE, 'removed', 0),
                                                     (MOVE, 'cut', 1),
                                                     (MOVE, 'replaced', 1),
                                                     (RGB, 'cut', 1)])
def test_training_names_the_video_and_resumes(tmp_path, config, change,
                                              workers):
    cfg = small(load_config(config), tmp_path)
    data = cfg.train_dataloader.dataset
    prefix, = data.data_prefix.values()
    folder = tmp_path / prefix
    expected = final_state(train(cfg, tmp_path / 'whole'))
    content = {path: path.read_bytes() for path in folder.iterdir()}
    faulty = with_change(cfg, change, folder)
    with pytest.raises(SystemExit) as stopped:
        with exit_on_input_error():
            train(faulty, tmp_path / 'work', workers=workers)
    message = str(stopped.value)
    assert message.startswith('error: ') and '\n' not in message
    assert str(folder) in message and '(video v' in message
    for path, text in content.items():
        path.write_bytes(text)
    found = final_state(train(cfg, tmp_path / 'work'))
    assert differences(expected, found) == []


def with_change(cfg, change, folder):
    cfg = cfg.copy()
    hook = dict(type=ChangeFiles, change=change, folder=str(folder))
    cfg.custom_hooks = [*cfg.get('custom_hooks', []), hook]
    return cfg


def packed(tmp_path):
    """Config on a store, and the folder of the store."""
    cfg = small(load_config(MOVE), tmp_path)
    prefix, = cfg.train_dataloader.dataset.data_prefix.values()
    folder = tmp_path / prefix
    videos = {path.stem: np.load(path) for path in folder.glob('*.npy')}
    shutil.rmtree(folder)
    pack(folder, videos, channels=CHANNELS)
    return cfg, folder


@pytest.mark.parametrize('change, workers', [('removed', 0), ('removed', 1),
                                             ('cut', 1)])
def test_change_of_a_store_is_named(tmp_path, change, workers):
    """The workers start again, and open the changed files."""
    cfg, folder = packed(tmp_path)
    cfg.default_hooks.restart = dict(type=NewWorkers)
    with pytest.raises(SystemExit, match=f'error: .*{folder}.*video v'):
        with exit_on_input_error():
            train(
                with_change(cfg, change, folder),
                tmp_path / 'work',
                workers=workers)


def test_training_does_not_read_its_list_again(tmp_path):
    cfg = small(load_config(MOVE), tmp_path)
    expected = final_state(train(cfg, tmp_path / 'whole'))
    lists = tmp_path / 'lists'
    lists.mkdir()
    data = cfg.train_dataloader.dataset
    shutil.move(tmp_path / data.ann_file, lists)
    data.ann_file = f'lists/{data.ann_file}'
    found = final_state(
        train(with_change(cfg, 'list_less', lists), tmp_path / 'work'))
    assert differences(expected, found) == []
