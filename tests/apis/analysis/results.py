"""Results of small tests, written by the metric."""
import json

import torch

from projects_move.evaluation import LongTailMetric

COUNTS = [40, 9, 3, 1, 7]
NAMES = ('run', 'jump', 'sit', 'a$b', '_wave')


def write_test(folder, seed=0, num_videos=30, several_labels=False):
    """Test of random scores of five classes, and its metrics."""
    generator = torch.Generator().manual_seed(seed)
    scores = torch.rand(num_videos, 5, generator=generator)
    label = torch.randint(0, 4, (num_videos, ), generator=generator)
    target = torch.eye(5, dtype=torch.int)[label]
    if several_labels:
        target[::2, 4] = 1
    metric = LongTailMetric(class_counts=COUNTS, out_dir=str(folder))
    metric.dataset_meta = dict(classes=NAMES)
    samples = [
        dict(pred_score=score, pred_logits=score.log(), gt_label=row.float())
        for score, row in zip(scores, target)
    ]
    metric.process(None, samples)
    return scores, target, metric.evaluate(num_videos)


def write_log(work_dir, entries, name='20260101_000000'):
    path = work_dir / name / 'vis_data' / 'scalars.json'
    path.parent.mkdir(parents=True)
    path.write_text(''.join(f'{json.dumps(each)}\n' for each in entries))
    return path
