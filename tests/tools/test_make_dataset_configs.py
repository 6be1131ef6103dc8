"""Configs of a data set of one's own: each is trained and tested, and a
newcomer's whole path from a folder of videos to predictions."""
import csv
import shlex
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import pytest
import timm
import torch
from mmengine.config import Config

from tests.config_runs import train_and_test
from tests.in_process import run_tool
from tools import extract_features, predict, train
from tools.data import check, make_dataset
from tools.data.custom_dataset.sizes import SMALL_BELOW

run = partial(run_tool, make_dataset.main)
METHODS = ('move-plus', 'move', 'baseline-agg')
TOOLS = {
    'tools/data/check.py': check,
    'tools/extract_features.py': extract_features,
    'tools/train.py': train
}


def make(folder, labels, *args):
    """Data set of empty files with the given labels."""
    videos = folder / 'source'
    videos.mkdir()
    rows = ['video,label']
    for i, label in enumerate(labels):
        (videos / f'{i}.mp4').touch()
        rows.append(f'{i},{label}')
    (folder / 'a.csv').write_text('\n'.join(rows) + '\n')
    text, problem = run(folder / 'a.csv', '--videos', videos, '--out',
                        folder / 'new', *args)
    assert problem is None, text
    return text


def labels_of(multi_class):
    """Labels of forty videos of four classes, some with a fifth one."""
    return [
        'abcd'[i % 4] + ';e' * (multi_class and i % 3 == 0) for i in range(40)
    ]


@pytest.mark.parametrize('multi_class', [False, True])
@pytest.mark.parametrize('kind', ['feature', 'rgb'])
@pytest.mark.parametrize('method', METHODS)
def test_trains_and_tests(method, kind, multi_class, tmp_path, monkeypatch):
    make(tmp_path, labels_of(multi_class), '--channels', 6)
    cfg = Config.fromfile(tmp_path / 'new' / f'{method}_{kind}.py')
    assert cfg.train_dataloader.dataset.multi_class == multi_class
    train_and_test(cfg, tmp_path, monkeypatch)


@pytest.mark.parametrize('labels, recipe, activation',
                         [(['a', 'b'] * 15, 'resampled', 'softmax'),
                          (['a', 'b'] * 13, 'plain', 'softmax'),
                          (['a', 'b', 'a;b'] * 20, 'resampled', 'sigmoid'),
                          (['a', 'a;b', 'a;b', 'b'] * 15, 'several', None)])
def test_move_plus(labels, recipe, activation, tmp_path):
    """Loss, sampler and pipelines of MOVE+, of no other method."""
    make(tmp_path, labels)
    for method in METHODS:
        for kind in ('feature', 'rgb'):
            cfg = Config.fromfile(tmp_path / 'new' / f'{method}_{kind}.py')
            is_plus = method == 'move-plus'
            assert cfg.train_dataloader.sampler.type == (
                'SquareRootSampler'
                if is_plus and recipe == 'resampled' else 'DefaultSampler')
            assert ('encoder' in cfg.model.neck) == is_plus
            loss = cfg.model.cls_head.get('loss_cls', {})
            assert loss.get('activation') == (activation if is_plus else None)
            views = [
                step for step in cfg.train_dataloader.dataset.pipeline
                if step.type == 'DynamicFrameSampler'
            ]
            assert len(views) == (method != 'baseline-agg')
            hooks = cfg.default_hooks
            assert ('feature_statistics' in hooks) == (kind == 'feature')
            if kind == 'feature':
                assert [
                    loader.dataset.pipeline[1].mode
                    for loader in (cfg.train_dataloader, cfg.val_dataloader,
                                   cfg.test_dataloader)
                ] == (['random_segments', 'segments', 'segments']
                      if is_plus else ['random', 'uniform', 'uniform'])


@pytest.mark.parametrize('is_small', [False, True])
def test_recipe_follows_the_number_of_training_videos(is_small, tmp_path,
                                                      monkeypatch):
    """All methods have the same recipe, raw videos keep theirs."""
    assert SMALL_BELOW == 5000
    # 30 videos, of which 21 are for training
    monkeypatch.setattr('custom_dataset.sizes.SMALL_BELOW', 21 + is_small)
    assert ': 21 train, 3 val' in make(tmp_path, ['a'] * 30)
    for method in METHODS:
        cfg = Config.fromfile(tmp_path / 'new' / f'{method}_feature.py')
        assert cfg.optim_wrapper.optimizer.lr == (1e-3 if is_small else 1e-4)
        assert cfg.param_scheduler[0].type == 'CosineAnnealingLR'
        assert cfg.param_scheduler[0].T_max == cfg.train_cfg.max_epochs == 100
        assert cfg.train_cfg.val_interval == 5
        for split in ('train', 'val', 'test'):
            assert cfg[f'{split}_dataloader'].batch_size == (32 if is_small
                                                             else 128)
        necks = cfg.model.neck.necks
        assert (necks.netvlad.num_clusters,
                necks.attention.head_channels) == ((16, 128) if is_small else
                                                   (64, 512))
        cfg = Config.fromfile(tmp_path / 'new' / f'{method}_rgb.py')
        assert cfg.optim_wrapper.optimizer.lr == 1e-4
        assert cfg.train_dataloader.batch_size == 16
        assert cfg.model.neck.necks.netvlad.num_clusters == 64


SHORT = [
    '--cfg-options', 'train_cfg.max_epochs=1', 'train_cfg.val_interval=1',
    'default_hooks.checkpoint.interval=1',
    *(f'{split}_dataloader.{setting}' for split in ('train', 'val', 'test')
      for setting in ('num_workers=0', 'persistent_workers=False'))
]


def write_video(path, label, number):
    random = np.random.default_rng([label, number])
    writer = cv2.VideoWriter(
        str(path), cv2.VideoWriter_fourcc(*'mp4v'), 10, (64, 48))
    for _ in range(6):
        frame = random.integers(0, 100, (48, 64, 3), dtype=np.uint8)
        frame[..., label] += 150
        writer.write(frame)
    writer.release()


@pytest.fixture
def newcomer(tmp_path, monkeypatch):
    """Folder with class folders and the weights of a backbone."""
    for label, (name, count) in enumerate((('jump', 10), ('run away', 4))):
        (tmp_path / 'videos' / name).mkdir(parents=True)
        for i in range(count):
            write_video(tmp_path / 'videos' / name / f'{i}.mp4', label, i)
    torch.save(timm.create_model('resnet10t').state_dict(), tmp_path / 'a.pth')
    monkeypatch.chdir(tmp_path)
    return tmp_path


OWN = ('videos', '--out', 'my data', '--test', .3, '--backbone',
       'timm/resnet10t', '--weights', 'a.pth')


@pytest.mark.parametrize('method', METHODS)
def test_frozen_backbone_trains_and_tests(method, newcomer):
    assert run(*OWN)[1] is None
    config = f'my data/{method}_rgb.py'
    assert Config.fromfile(config).model.freeze_backbone
    text, problem = run_tool(train.main, config, '--test', *SHORT)
    assert problem is None, text
    assert Path(f'work_dirs/{method}_rgb/test/per_class.csv').exists()


def printed_commands(text):
    """Words of the commands below the line ``next:``."""
    lines = text.split('\nnext:\n')[1].replace('\\\n', ' ').splitlines()
    return [shlex.split(line) for line in lines]


def test_from_a_folder_of_videos_to_predictions(newcomer):
    text, problem = run(*OWN)
    assert problem is None, text
    written = [line for line in text.splitlines() if '.py' in line]
    assert written[0] == 'written: my data/move-plus_feature.py'
    commands = printed_commands(text)
    assert [words[1] for words in commands] == list(TOOLS)
    # the rest is as printed
    shorter = {
        'tools/extract_features.py': ['--num-workers', 0, '--num-frames', 6],
        'tools/train.py': SHORT
    }
    for python, tool, *words in commands:
        assert python == 'python'
        text, problem = run_tool(TOOLS[tool].main, *words,
                                 *shorter.get(tool, ()))
        assert problem in (None, '0'), text
    work_dir = Path('work_dirs/move-plus_feature')
    assert (work_dir / 'test' / 'per_class.csv').exists()
    checkpoint, = work_dir.glob('best_*.pth')
    _, problem = run_tool(predict.main, checkpoint, 'my data/features',
                          '--format', 'csv', '--out', 'out.csv')
    assert problem is None
    scores = {}
    with open('out.csv', encoding='utf-8') as file:
        for row in csv.DictReader(file):
            assert not row['problem']
            scores.setdefault(row['video'], []).append(float(row['score']))
    assert len(scores) == 14
    for each in scores.values():  # a softmax over two classes
        assert len(each) == 2 and abs(sum(each) - 1) < 1e-3
