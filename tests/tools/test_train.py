"""The command line tools, from a folder that is not the checkout's."""
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from projects_move.checkpoint_files import load_dict

ROOT = Path(__file__).parents[2]
CONFIG = '''
_base_ = [
    '{root}/configs/_base_/models/{method}.py',
    '{root}/configs/_base_/datasets/fsdd_feature.py',
    '{root}/configs/_base_/schedules/adam_50e.py'
]
model = dict(
    neck=dict(
        in_channels=5,
        necks=dict(
            attention=dict(num_heads=2, head_channels=4, dropout_ratio=0.),
            netvlad={netvlad})),
    cls_head=dict(
        num_classes=4, in_channels={in_channels}, hidden_channels=8,
        dropout_ratio=0.))
train_dataloader = dict(
    batch_size={batch_size},
    sampler=dict(shuffle={shuffle}),
    dataset=dict(ann_file='train.lst', pipeline={pipeline}))
test_dataloader = dict(batch_size=3)
val_dataloader = dict(batch_size=3)
train_cfg = dict(max_epochs=2, val_interval=1)
default_hooks = dict(
    logger=dict(interval=1), checkpoint=dict(interval=1, max_keep_ckpts=-1))
'''


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    """16 training and 7 test videos of 4 classes and many lengths."""
    tmp_path = tmp_path_factory.mktemp('data')
    rng = np.random.default_rng(1)
    (tmp_path / 'feat').mkdir()
    for split, count in dict(train=16, test=7).items():
        lines = []
        for i in range(count):
            label = min(int(rng.exponential(1.2)), 3) if i > 3 else i
            frames = rng.standard_normal((6 + i % 5, 5)) + label
            np.save(tmp_path / 'feat' / f'{split}{i}.npy',
                    frames.astype(np.float16))
            lines.append(f'{split}{i} {label}')
        (tmp_path / f'{split}.lst').write_text('\n'.join(lines) + '\n')
    (tmp_path / 'classes.txt').write_text('a\nb\nc\nd\n')
    return tmp_path


def write_config(folder, name='config.py', method='move', batch_size=4):
    move = method == 'move'
    pipeline = '_base_.train_pipeline + _base_.views' if move else (
        "[dict(type='LoadFeatures'), dict(type='SampleFeatureFrames', "
        "num_frames=6, mode='uniform'), dict(type='PackActionInputs')]")
    netvlad = 'dict(num_clusters=3, out_channels=7)' if move else 'None'
    text = CONFIG.format(
        root=ROOT,
        method=method,
        netvlad=netvlad,
        in_channels=12 if move else 5,
        batch_size=batch_size,
        shuffle=move,
        pipeline=pipeline)
    (folder / name).write_text(text)
    return folder / name


def run(folder, *command):
    environment = dict(os.environ, FSDD=str(folder), OMP_NUM_THREADS='1')
    environment['PATH'] = (f'{Path(sys.executable).parent}{os.pathsep}'
                           f"{environment['PATH']}")
    environment['PORT'] = str(20000 + os.getpid() % 20000)
    done = subprocess.run([str(part) for part in command],
                          cwd=folder,
                          env=environment,
                          capture_output=True,
                          text=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def train(folder, config, *args):
    return run(folder, sys.executable, ROOT / 'tools' / 'train.py', config,
               *args)


def weights(path):
    return load_dict(path)


def metrics(text):
    lines = [line for line in text.splitlines() if 'long_tail/mAP:' in line]
    return {
        name: float(value)
        for name, value in re.findall(r'(long_tail/\w+): ([\d.]+)', lines[-1])
    }


@pytest.fixture(scope='module')
def trained(folder):
    """Work directory of a training of two epochs."""
    train(folder, write_config(folder, 'trained.py'), '--seed', '3')
    return folder / 'work_dirs' / 'trained'


def test_checkpoint_carries_the_classes(folder, trained):
    checkpoint = weights(trained / 'epoch_2.pth')
    counts = np.bincount([
        int(line.split()[1])
        for line in (folder / 'train.lst').read_text().splitlines()
    ])
    state = checkpoint['state_dict']
    assert state['class_counts'].tolist() == counts.tolist()
    assert 'cls_head.class_counts' not in state
    assert checkpoint['meta']['dataset_meta']['classes'] == tuple('abcd')


def test_resume(folder, trained):
    text = train(folder, folder / 'trained.py', '--seed', '3', '--work-dir',
                 'resumed', '--resume', trained / 'epoch_2.pth',
                 '--cfg-options', 'train_cfg.max_epochs=3')
    assert 'resumed epoch: 2' in text
    assert (folder / 'resumed' / 'epoch_3.pth').exists()
    assert not re.search(r'Epoch\(train\)\s+\[1\]', text)


def test_training_follows_the_seed(folder, trained):
    states = [weights(trained / 'epoch_2.pth')['state_dict']]
    for name, seed in (('same', 3), ('other', 4)):
        train(folder, folder / 'trained.py', '--seed', seed, '--work-dir',
              name)
        states.append(weights(folder / name / 'epoch_2.pth')['state_dict'])
    key = 'cls_head.classifier.weight'
    assert torch.equal(states[0][key], states[1][key])
    assert not torch.equal(states[0][key], states[2][key])


def test_mixed_precision_and_scaled_rate(folder):
    text = train(folder, write_config(folder, 'amp.py'), '--amp',
                 '--auto-scale-lr')
    assert 'AutocastOptimWrapper' in text or torch.cuda.is_available()
    assert 0 <= metrics(text)['long_tail/mAP'] <= 1
    rate = float(re.search(r'lr: (\S+)', text[text.index('Epoch(train)'):])[1])
    assert rate == pytest.approx(1e-3 * 4 / 32, rel=1e-3)


def test_trains_then_tests(folder):
    config = write_config(folder, 'both.py')
    text = train(folder, config, '--test', '--method', 'plain_interpolation',
                 '--cfg-options', 'default_hooks.checkpoint.save_best='
                 'long_tail/mAP', 'default_hooks.checkpoint.rule=greater')
    done = folder / 'work_dirs' / 'both'
    best, = done.glob('best_*.pth')
    assert f'Load checkpoint from {best.name}' in text.replace(
        f'{best.parent}/', '').replace('work_dirs/both/', '')
    again = run(folder, sys.executable, ROOT / 'tools' / 'test.py', config,
                best)
    assert metrics(again) == metrics(text)
    saved = json.loads((done / 'test' / 'metrics.json').read_text())
    assert saved['mAP'] == pytest.approx(
        metrics(text)['long_tail/mAP'], abs=1e-4)


def test_no_validate(folder):
    text = train(folder, write_config(folder, 'blind.py'), '--no-validate',
                 '--cfg-options', 'train_cfg.max_epochs=1')
    assert 'Epoch(val)' not in text


@pytest.mark.parametrize('methods', [(), ('--method', 'cbs', 'ldam')])
def test_two_processes_equal_one(folder, methods):
    one = write_config(folder, 'one.py', 'baseline_agg', batch_size=4)
    two = write_config(folder, 'two.py', 'baseline_agg', batch_size=2)
    alone = train(folder, one, '--seed', '0', *methods)
    pair = run(folder, ROOT / 'tools' / 'dist_train.sh', two, '2', '--seed',
               '0', *methods)
    for name, value in metrics(alone).items():
        assert metrics(pair)[name] == pytest.approx(value, abs=1e-4), name
    states = [
        weights(folder / 'work_dirs' / name / 'epoch_2.pth')['state_dict']
        for name in ('one', 'two')
    ]
    assert states[0].keys() == states[1].keys()
    for name, value in states[0].items():
        torch.testing.assert_close(
            states[1][name], value, rtol=1e-4, atol=1e-5, msg=name)


def test_two_processes_test_uneven_batches(folder, trained):
    checkpoint = trained / 'epoch_2.pth'
    alone = run(folder, sys.executable, ROOT / 'tools' / 'test.py',
                folder / 'trained.py', checkpoint, '--cfg-options',
                'test_evaluator.out_dir=out')
    pair = run(folder, ROOT / 'tools' / 'dist_test.sh', folder / 'trained.py',
               checkpoint, '2', '--cfg-options', 'test_evaluator.out_dir=pair')
    assert metrics(alone) == metrics(pair)
    scores = [np.load(folder / out / 'scores.npz') for out in ('out', 'pair')]
    assert set(scores[0]) == {'scores', 'labels', 'logits', 'videos'}
    for name, array in scores[0].items():
        if array.dtype.kind == 'f':
            np.testing.assert_allclose(array, scores[1][name], atol=1e-5)
        else:
            np.testing.assert_array_equal(array, scores[1][name])
    saved = json.loads((folder / 'out' / 'metrics.json').read_text())
    for name, value in metrics(alone).items():
        assert saved[name.split('/')[1]] == pytest.approx(value, abs=1e-4)
    rows = (folder / 'out' / 'per_class.csv').read_text().splitlines()
    assert len(rows) == 5 and rows[1].startswith('0,a,')


def test_move_trains_on_two_processes(folder):
    config = write_config(folder, 'pair.py', batch_size=3)
    text = run(folder, ROOT / 'tools' / 'dist_train.sh', config, '2',
               '--cfg-options', 'train_cfg.max_epochs=1')
    assert (folder / 'work_dirs' / 'pair' / 'epoch_1.pth').exists()
    assert 0 <= metrics(text)['long_tail/mAP'] <= 1


def test_other_classes_are_refused(folder, trained):
    (folder / 'others.txt').write_text('a\nb\nx\nd\n')
    with pytest.raises(
            AssertionError, match="class 2 as 'c', the data set as 'x'"):
        run(folder, sys.executable, ROOT / 'tools' / 'test.py',
            folder / 'trained.py', trained / 'epoch_2.pth', '--cfg-options',
            'test_dataloader.dataset.classes=others.txt')
