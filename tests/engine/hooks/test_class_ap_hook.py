"""Framestack learns from the average precision of the training set."""
import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.runner import Runner

from projects_move import functional as F
from projects_move.engine import ClassAPHook
from tests.tiny import Tiny2D, sample

C, S, N = 6, 4, 11
ROOT = Path(__file__).parents[3]


def config(folder, formulation='paper', **train_cfg):
    """11 videos in batches of 4: the last is uneven, on two ranks too."""
    rng = np.random.default_rng(0)
    lines = []
    for i in range(N):
        label = [i % S] + [(i + 1) % S] * (i % 3 == 0)
        lines.append(f"v{i} {','.join(map(str, label))}")
        np.save(folder / f'v{i}.npy', rng.standard_normal((5, C)) + i % S)
    (folder / 'a.lst').write_text('\n'.join(lines))
    return Config(
        dict(
            default_scope='mmaction',
            experiment_name=folder.name,
            work_dir=str(folder / 'work'),
            launcher=os.environ.get('LAUNCHER', 'none'),
            randomness=dict(seed=4),
            model=dict(
                type='MOVERecognizer',
                backbone=dict(type='IdentityBackbone'),
                cls_head=dict(
                    type='LongTailHead',
                    num_classes=S,
                    in_channels=C,
                    hidden_channels=8,
                    loss_cls=dict(type='SigmoidFocalLoss')),
                data_preprocessor=dict(
                    type='FeatureDataPreprocessor',
                    blending=dict(type='FramestackBlending'))),
            train_dataloader=dict(
                batch_size=int(os.environ.get('BATCH', 4)),
                sampler=dict(type='DefaultSampler', shuffle=True),
                dataset=dict(
                    type='LongTailDataset',
                    ann_file=str(folder / 'a.lst'),
                    multi_class=True,
                    num_classes=S,
                    data_prefix=dict(features=str(folder)),
                    pipeline=[
                        dict(type='LoadFeatures'),
                        dict(
                            type='SampleFeatureFrames',
                            num_frames=5,
                            mode='uniform'),
                        dict(type='PackActionInputs')
                    ])),
            train_cfg=train_cfg or dict(by_epoch=True, max_epochs=2),
            # no step is made, so that every batch meets the same weights
            optim_wrapper=dict(optimizer=dict(type='SGD', lr=0.)),
            custom_hooks=[
                dict(type='ClassCountsHook'),
                dict(type='ClassAPHook', formulation=formulation)
            ]))


def measured(runner):
    return runner.model.data_preprocessor.blending.class_ap


def by_hand(runner):
    """Average precision of all training videos in one batch."""
    dataset = runner.train_dataloader.dataset
    model = runner.model.eval()
    rows = [dataset[i] for i in range(N)]
    data = dict(
        inputs=[row['inputs'] for row in rows],
        data_samples=[row['data_samples'] for row in rows])
    samples = model(**model.data_preprocessor(data), mode='predict')
    scores = torch.stack([one.pred_score for one in samples])
    target = torch.stack([one.gt_label for one in samples])
    return F.average_precision(scores, target)


@pytest.mark.parametrize('loop', [
    dict(by_epoch=True, max_epochs=2),
    dict(by_epoch=False, max_iters=6),
])
def test_measures_the_training_set(tmp_path, loop):
    runner = Runner.from_cfg(config(tmp_path, **loop))
    runner.train()
    torch.testing.assert_close(
        measured(runner).double(), by_hand(runner), atol=1e-6, rtol=0)
    state = runner.model.state_dict()
    assert state['data_preprocessor.blending.class_ap'].shape == (S, )


def test_nothing_is_told_while_warming_up(tmp_path):
    cfg = config(tmp_path)
    cfg.custom_hooks[1].warmup_epochs = 3
    runner = Runner.from_cfg(cfg)
    runner.train()
    assert len(measured(runner)) == 0


def test_official_scores_with_dropout(tmp_path):
    runner = Runner.from_cfg(config(tmp_path, 'official'))
    runner.train()
    assert (measured(runner).double() - by_hand(runner)).abs().max() > 1e-3


def test_two_ranks_measure_the_same(tmp_path):
    script = tmp_path / 'run.py'
    script.write_text(
        'import json, pathlib\n'
        'import projects_move\n'
        'from mmengine.dist import get_rank\n'
        'from tests.engine.hooks.test_class_ap_hook import *\n'
        'folder = pathlib.Path(__file__).parent\n'
        'runner = Runner.from_cfg(config(folder))\n'
        'runner.train()\n'
        'ap = runner.model.module.data_preprocessor.blending.class_ap\n'
        '(folder / f"{get_rank()}.json").write_text(json.dumps(ap.tolist()))')
    environment = dict(
        os.environ,
        LAUNCHER='pytorch',
        BATCH='2',
        OMP_NUM_THREADS='1',
        PYTHONPATH=str(ROOT))
    done = subprocess.run([
        sys.executable, '-m', 'torch.distributed.run', '--nproc_per_node=2',
        f'--master_port={20000 + os.getpid() % 20000}',
        str(script)
    ],
                          cwd=tmp_path,
                          env=environment,
                          capture_output=True,
                          text=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    ranks = [json.loads((tmp_path / f'{i}.json').read_text()) for i in (0, 1)]
    assert ranks[0] == ranks[1]
    runner = Runner.from_cfg(config(tmp_path))
    runner.train()
    assert measured(runner).tolist() == pytest.approx(ranks[0], abs=1e-6)


def test_error_text():
    with pytest.raises(ValueError, match='at least 1, got 0'):
        ClassAPHook(warmup_epochs=0)


def test_under_a_recognizer_of_mmaction2():
    model = MODELS.build(
        dict(
            type='Recognizer2D',
            backbone=dict(type=Tiny2D, channels=C),
            cls_head=dict(
                type='TSNHead',
                num_classes=S,
                in_channels=C,
                average_clips='prob',
                loss_cls=dict(type='SigmoidFocalLoss')),
            data_preprocessor=dict(
                type='ActionDataPreprocessor',
                blending=dict(type='FramestackBlending'))))
    batches = [
        dict(
            inputs=[torch.randn(7, 3, 9, 8) for _ in range(4)],
            data_samples=[sample((i + j) % S) for i in range(4)])
        for j in range(2)
    ]
    loader = type('Loader', (list, ), dict(dataset=range(8)))(batches)
    runner = SimpleNamespace(model=model, train_dataloader=loader)
    hook = ClassAPHook()
    for runner.iter, data in enumerate(batches):
        hook.before_train_iter(runner, runner.iter, data)
        hook.after_train_iter(runner, runner.iter, data)
    ap = measured(runner)
    assert ap.shape == (S, ) and (ap > 0).all() and model.training
    data = model.data_preprocessor(batches[0], True)
    losses = model(**data, mode='loss')
    losses['loss_cls'].backward()
    assert data['data_samples'][0].gt_label.shape == (S, )
