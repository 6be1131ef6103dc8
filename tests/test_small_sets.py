"""Trainings on sets with few videos, classes or frames."""
import math

import numpy as np
import pytest
import torch
from mmengine.runner import Runner

from tests.fixed_draws import fixed_draws
from tests.processes import run_on_ranks
from tests.rank_runs import (NAMES, SECOND_STAGE, Record, method_config,
                             run_method)
from tests.tiny_data import write_features, write_lines

pytestmark = [
    pytest.mark.filterwarnings('ignore:.*fork:DeprecationWarning'),
    pytest.mark.filterwarnings('ignore:.*save_param_scheduler:UserWarning'),
    pytest.mark.filterwarnings('ignore:.*dataset_meta.*:UserWarning'),
    pytest.mark.filterwarnings('ignore:.*broadcast_buffers:FutureWarning')
]
# labels, classes, frames of a video
SETS = dict(
    one_class=([0] * 5, 1, 9),
    one_of_two_classes=([0] * 5, 2, 9),
    class_without_videos=([0, 0, 0, 2, 2], 4, 9),
    equal_classes=([0, 1, 2, 3] * 2, 4, 9),
    smaller_than_a_batch=([0, 1], 3, 9),
    one_video=([1], 3, 9),
    one_frame=([0, 0, 1, 2, 0], 3, 1))
# attention, NetVLAD, views and mixing; a softmax; reconstruction; blending
KINDS = [(name, kind) for name in ('move', 'las') for kind in SETS]
KINDS += [(name, kind) for name in ('lmr', 'framestack')
          for kind in ('one_class', 'one_video')]


def train(name, kind, folder):
    """Losses and metrics of a training, and its model."""
    labels, num_classes, num_frames = SETS[kind]
    cfg = method_config(name, folder)
    cfg.model.cls_head.num_classes = num_classes
    rng = np.random.default_rng(0)
    for split in ('train', 'val'):
        dataset = cfg[f'{split}_dataloader'].dataset
        root = folder / name
        write_lines(root / dataset.ann_file,
                    [f'v{i} {label}' for i, label in enumerate(labels)])
        write_lines(root / dataset.classes,
                    [f'class {i}' for i in range(num_classes)])
        for i in range(len(labels)):
            write_features(root / 'feat' / f'v{i}.npy', rng, num_frames, 64)
        for step in dataset.pipeline:
            if num_frames == 1 and step.type == 'SampleFeatureFrames':
                step.num_frames = 1
    record = Record()
    with fixed_draws():
        runner = Runner.from_cfg(cfg)
        runner._has_loaded = name in SECOND_STAGE
        runner.register_hook(record)
        runner.train()
    return [loss.item() for loss in record.losses], record.metrics, \
        runner.model


def check(name, kind, folder):
    losses, metrics, model = train(name, kind, folder)
    assert losses and all(map(math.isfinite, losses))
    state = model.state_dict()
    assert all(each.isfinite().all() for each in state.values())
    values = {key.split('/')[1]: value for key, value in metrics.items()}
    assert {'mAP', 'acc1', 'ece'} <= set(values)
    assert all(0 <= value <= 1 for value in values.values())
    if kind in ('one_class', 'one_of_two_classes', 'one_video'):
        assert values['mAP'] == 1  # every video is a positive
    if kind == 'one_class':
        assert values['acc1'] == values['acc5'] == 1
    return losses, values, model


@pytest.mark.parametrize('name, kind', KINDS)
def test_trains(name, kind, tmp_path):
    losses, _, model = check(name, kind, tmp_path)
    if name == 'las' and kind == 'one_class':
        assert losses == [0] * len(losses)  # nothing to decide
    if name == 'move' and kind in ('equal_classes', 'one_class'):
        weight = model.cls_head.label_weight
        assert weight.tolist() == [1.5] * len(weight)  # tau is 0


@pytest.mark.slow
@pytest.mark.parametrize('name', NAMES)
def test_every_method_trains(name, tmp_path):
    for kind in SETS:
        check(name, kind, tmp_path / kind)


ONE = dict(
    labels=(2, ),
    **{
        'train_dataloader.sampler.round_up': True,
        'val_dataloader.sampler.round_up': False
    })


def train_one_video(rank, folder):
    torch.save(run_method('baseline', folder, **ONE), f'{folder}/{rank}.pth')


def test_fewer_videos_than_ranks(tmp_path):
    """The ranks train on the same video, and one of them tests it."""
    one = run_method('baseline', tmp_path, **ONE)
    assert run_on_ranks(train_one_video, tmp_path) == [0, 0]
    for rank in range(2):
        two = torch.load(tmp_path / f'{rank}.pth', weights_only=True)
        assert two['metrics'] == one['metrics'] != {}
        for name, value in one['state'].items():
            torch.testing.assert_close(two['state'][name], value, msg=name)
