"""Folders of small runs, with results that LongTailMetric wrote."""
import json
from pathlib import Path

import torch
from mmengine.config import Config

from projects_move.evaluation import LongTailMetric

NAMES = ('run', 'jump', 'sit', 'clap', 'wave', 'nod')
COUNTS = (40, 20, 9, 4, 2, 1)
PROVENANCE = dict(
    command=['python', 'tools/train.py', 'a.py'],
    commit='abc1234',
    versions=dict(python='3.11', torch='2.13'))


def draw(seed, strength=2., videos=60, names=NAMES, several=False):
    """Scores and labels; the label has a higher score by ``strength``."""
    generator = torch.Generator().manual_seed(seed)
    classes = len(names)
    target = torch.zeros(videos, classes)
    target[torch.arange(videos), torch.arange(videos) % classes] = 1
    if several:
        target[torch.arange(videos),
               (torch.arange(videos) * 2 + 1) % classes] = 1
    logits = torch.randn(videos, classes, generator=generator)
    logits += strength * target
    return (logits.sigmoid() if several else logits.softmax(1)), target


def write_results(folder,
                  scores,
                  target,
                  names=NAMES,
                  counts=COUNTS,
                  **options):
    """Results of a test in a folder; returns the metrics."""
    metric = LongTailMetric(
        class_counts=counts, out_dir=str(folder), **options)
    metric.dataset_meta = dict(classes=names)
    for i in range(len(scores)):
        labels = target[i] if target[i].sum() > 1 else target[i].nonzero()[:,
                                                                           0]
        metric.process(None, [
            dict(pred_score=scores[i], gt_label=labels, video_id=f'video_{i}')
        ])
    return metric.evaluate(len(scores))


def write_config(work_dir, **values):
    """Config as the visualizer of MMEngine writes it."""
    path = Path(work_dir, '20260101_000000', 'vis_data', 'config.py')
    path.parent.mkdir(parents=True)
    Config(values).dump(path)
    return path


def write_run(work_dir, seed=0, strength=2., config=None, **options):
    """A run with config, provenance, curves and a test."""
    work_dir = Path(work_dir)
    names = options.get('names', NAMES)
    scores, target = draw(seed, strength, names=names)
    metrics = write_results(work_dir / 'test', scores, target, **options)
    (work_dir / 'provenance.json').write_text(json.dumps(PROVENANCE))
    path = write_config(work_dir, randomness=dict(seed=seed), **(config or {}))
    lines = [
        dict(loss=1 / epoch, epoch=epoch, iter=epoch) for epoch in range(1, 4)
    ] + [{
        'long_tail/mAP': .25,
        'step': 2
    }, {
        'long_tail/mAP': .5,
        'step': 3
    }]
    path.with_name('scalars.json').write_text('\n'.join(
        map(json.dumps, lines)))
    return metrics


def write_methods(folder, seeds=(0, 1, 2), strengths=None, **options):
    """Methods with runs ``seedN``, as ``tools/reproduce.py`` makes them."""
    strengths = strengths or dict(weak=.7, strong=4.)
    for number, (name, strength) in enumerate(strengths.items()):
        for seed in seeds:
            write_run(
                Path(folder, name, f'seed{seed}'), seed + 10 * number,
                strength, **options)
    return Path(folder)
