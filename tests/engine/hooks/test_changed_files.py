"""Files that are removed, cut or replaced in the course of a training."""
import os

import numpy as np
import pytest
from mmengine.hooks import Hook

from projects_move.apis.configs import load_config
from projects_move.apis.tool_errors import exit_on_input_error
from tests.engine.hooks.test_resume import MOVE, RGB
from tests.resuming import differences, final_state, quick_texts, small, train


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


def cut(path):
    os.truncate(path, os.path.getsize(path) // 2)


def replace(path):
    np.save(path, np.ones((9, 2), np.float16))  # of other channels


CHANGES = dict(removed=os.remove, cut=cut, replaced=replace)


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
    faulty = cfg.copy()
    faulty.custom_hooks = [
        *cfg.get('custom_hooks', []),
        dict(type=ChangeFiles, change=change, folder=str(folder))
    ]
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
