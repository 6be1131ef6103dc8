"""Tools that ``kills.py`` kills: their data, commands and results."""
import os
from pathlib import Path

import numpy as np
import torch

from projects_move.checkpoint_files import load_dict
from tests.apis.extraction.engines.faults import CONFIG as VIDEO_CONFIG
from tests.apis.extraction.engines.faults import features
from tests.hostile_videos import write_video

ROOT = Path(__file__).parents[1]
TRAINING = f"""_base_ = [
    '{ROOT}/configs/_base_/models/move.py',
    '{ROOT}/configs/_base_/datasets/fsdd_feature.py',
    '{ROOT}/configs/_base_/schedules/adam_50e.py'
]
model = dict(
    neck=dict(in_channels=5, necks=dict(
        attention=dict(num_heads=2, head_channels=4),
        netvlad=dict(num_clusters=3, out_channels=7))),
    cls_head=dict(num_classes=4, in_channels=12, hidden_channels=8))
train_dataloader = dict(batch_size=4, num_workers=WORKERS,
    persistent_workers=WORKERS > 0, dataset=dict(
        ann_file='train.lst',
        pipeline=_base_.train_pipeline + _base_.views))
test_dataloader = dict(
    batch_size=3, num_workers=0, persistent_workers=False,
    dataset=dict(ann_file='train.lst'))
val_dataloader = test_dataloader
train_cfg = dict(max_epochs=EPOCHS, val_interval=2)
default_hooks = dict(checkpoint=dict(
    interval=1, save_best='long_tail/mAP', rule='greater'))
"""


def write_features(folder, epochs=12, workers=1):
    """Features of 16 videos, their list, and a config to train on them."""
    rng = np.random.default_rng(1)
    (folder / 'feat').mkdir(parents=True)
    lines = []
    for i in range(16):
        label = i if i < 4 else min(int(rng.exponential(1.2)), 3)
        np.save(folder / 'feat' / f'v{i}.npy',
                rng.standard_normal((6 + i % 5, 5)).astype(np.float16))
        lines.append(f'v{i} {label}\n')
    (folder / 'train.lst').write_text(''.join(lines))
    (folder / 'classes.txt').write_text('a\nb\nc\nd\n')
    (folder / 'config.py').write_text(
        TRAINING.replace('EPOCHS',
                         str(epochs)).replace('WORKERS', str(workers)))


def write_videos(folder):
    (folder / 'videos').mkdir(parents=True)
    for i in range(24):
        write_video(folder / 'videos' / f'v{i}.mp4', 9 + i % 7)
    (folder / 'train.lst').write_text(''.join(f'v{i} 0\n' for i in range(24)))
    (folder / 'classes.txt').write_text('\n'.join(map(str, range(15))))
    (folder / 'config.py').write_text(VIDEO_CONFIG.replace('POISON', 'none'))


class Training:
    """``train.py --resume``: weights, optimizer and best checkpoint."""

    def prepare(self, folder):
        write_features(folder)

    def command(self, folder, out):
        return [
            'train.py', folder / 'config.py', '--resume', '--seed', 1,
            '--work-dir', out
        ]

    def result(self, out):
        last = load_dict(Path((out / 'last_checkpoint').read_text()))
        names = sorted(path.name for path in out.glob('*.pth'))
        hub = last['message_hub']['runtime_info']
        return dict(
            weights=last['state_dict'],
            optimizer=last['optimizer'],
            best=(hub['best_score'], os.path.basename(hub['best_ckpt'])),
            names=[name for name in names if name.startswith('best')])


class Table(Training):
    """``reproduce.py``: metrics of the runs of a table."""

    def prepare(self, folder):
        write_features(folder, epochs=3, workers=0)

    def command(self, folder, out):
        return [
            'reproduce.py', folder / 'config.py', '--seeds', 0, 1,
            '--work-dir', out, '--out', out / 'table'
        ]

    def result(self, out):
        return {
            str(path.relative_to(out)): path.read_text()
            for path in sorted(out.rglob('metrics.json'))
        }


class Extraction:
    """``extract_features.py``: features of all videos."""

    def prepare(self, folder):
        write_videos(folder)

    def command(self, folder, out):
        return [
            'extract_features.py', folder / 'config.py', '--out', out,
            '--num-frames', 4, '--dtype', 'float32', '--format', 'store',
            '--num-workers', 1, '--batch-size', 2, '--splits', 'train'
        ]

    def result(self, out):
        return {
            name: torch.from_numpy(np.array(frames))
            for name, frames in features(out).items()
        }


class Packing(Extraction):
    """``pack_features.py pack``: features of all videos."""

    def prepare(self, folder):
        (folder / 'feat').mkdir(parents=True)
        rng = np.random.default_rng(0)
        for i in range(300):
            np.save(folder / 'feat' / f'v{i}.npy',
                    rng.standard_normal((60, 64)).astype(np.float16))

    def command(self, folder, out):
        return [
            'pack_features.py', 'pack', folder / 'feat', out, '--shard-bytes',
            2**18
        ]


KINDS = dict(
    training=Training, table=Table, extraction=Extraction, packing=Packing)
