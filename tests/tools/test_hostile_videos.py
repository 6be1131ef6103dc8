"""Every tool that reads videos reports unreadable files and continues."""
import json
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from mmaction.registry import DATASETS, MODELS
from mmengine.config import Config

from tests.hostile_videos import FAULTY, READABLE, UNSURE, write_hostile_videos
from tests.in_process import run_tool
from tools import extract_features, predict
from tools.data import check

ROOT = Path(__file__).parents[2]
NAMES = (*READABLE, *FAULTY, *UNSURE, 'absent')
CONFIG = ROOT / 'configs' / 'demo' / 'move_random-filters_adam-50e_demo-rgb.py'


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The videos and a list of them."""
    monkeypatch.setenv('DEMO', str(tmp_path))
    write_hostile_videos(tmp_path / 'videos')
    for split in ('train', 'val', 'test'):
        (tmp_path /
         f'{split}.lst').write_text(''.join(f'{name} {i % 15}\n'
                                            for i, name in enumerate(NAMES)))
    (tmp_path / 'classes.txt').write_text('\n'.join(map(str, range(15))))
    return tmp_path


def test_extraction(folder):
    run = partial(run_tool, extract_features.main, CONFIG, '--out',
                  folder / 'out', '--all-frames', '--num-workers', 0)
    for _ in range(2):  # a second run tries failed videos again
        text, problem = run()
        assert 'videos failed' in problem
        for name in (*FAULTY, 'absent'):
            failed, = (
                line for line in text.splitlines()
                if line.startswith(f'failed: {name}: '))
            assert failed.count(f'{folder}/videos/{name}.mp4') == 1
        for name in READABLE:
            assert f'failed: {name}' not in text
    made = {
        path.stem: np.load(path, allow_pickle=False)
        for path in (folder / 'out').glob('*') if path.name != 'manifest.json'
    }
    assert set(made) - set(UNSURE) == set(READABLE)
    for name, num_frames in READABLE.items():
        assert len(made[name]) == num_frames
    assert all(np.isfinite(array).all() for array in made.values())


def test_check(folder):
    text, problem = run_tool(check.main, '--list', folder / 'train.lst',
                             '--videos', folder / 'videos')
    assert problem == '1'
    for line, name in enumerate(NAMES, 1):
        reported = f'(line {line} of the list)' in text
        assert reported == (name not in READABLE) or name in UNSURE


def test_prediction(folder):
    cfg = Config.fromfile(CONFIG)
    model = MODELS.build(cfg.model)
    torch.save(
        dict(
            state_dict=model.state_dict(),
            meta=dict(cfg=cfg.pretty_text, dataset_meta={})),
        folder / 'model.pth')
    _, problem = run_tool(predict.main, folder / 'model.pth',
                          folder / 'test.lst', '--prefix', folder / 'videos',
                          '--format', 'json', '--out', folder / 'found.json')
    found = {
        row['video']: row
        for row in json.loads((folder / 'found.json').read_text())
    }
    assert list(found) == list(NAMES)
    for name in NAMES:
        if name not in UNSURE:
            assert bool(found[name].get('problem')) == (name not in READABLE)


def test_training_names_the_video(folder):
    cfg = Config.fromfile(CONFIG)
    dataset = DATASETS.build(cfg.test_dataloader.dataset)
    for i, name in enumerate(NAMES):
        if name in READABLE:
            assert dataset[i]['inputs'].shape[0] == 32
        elif name not in UNSURE:
            where = rf'\(video {name}, line {i + 1} of the list\)'
            with pytest.raises(ValueError, match=rf'{name}.mp4.*{where}'):
                dataset[i]
