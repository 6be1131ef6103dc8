"""Groups of classes in the configs of benchmarks, by their definitions."""
import numpy as np
import pytest
import torch
from mmaction.registry import METRICS

from tests.config_runs import load

CONFIG = 'benchmarks/move_convnext-tiny_adam-100e_{}-feature.py'


@pytest.mark.parametrize('name, counts, groups', [
    ('ucf-lt', [57, 20, 55, 19, 5, 121], 'HTTFFH'),
    ('k100-lt', [408, 20, 401, 19, 5, 990], 'HTTFFH'),
    ('ssv2-lt', [1206, 21, 1144, 20, 5, 2500], 'HTTFFH'),
    ('epic-verbs', [6927, 21, 4870, 20, 1, 14848], 'HTTFFH'),
])
def test_group_accuracies(name, counts, groups):
    """Average of the classes of a group that have test videos, of counts at
    the borders of the groups."""
    rng = np.random.default_rng(0)
    labels = np.array([0] * 7 + [1] * 3 + [2] * 4 + [3] * 5 + [5] * 2)
    scores = rng.random((len(labels), 6)) + np.eye(6)[labels] * .3
    correct = scores.argmax(1) == labels
    metric = METRICS.build(
        dict(load(CONFIG.format(name)).test_evaluator, class_counts=counts))
    found = metric.evaluate_scores(
        torch.tensor(scores),
        torch.nn.functional.one_hot(torch.tensor(labels), 6))
    for group, theirs in (('head', 'H'), ('medium', 'T'), ('few', 'F')):
        expected = np.mean([
            correct[labels == each].mean() for each in set(labels)
            if groups[each] == theirs
        ])
        assert 0 < expected < 1 or group != 'head'
        assert found[f'acc1_{group}'] == pytest.approx(expected)
    assert found['acc1_tail'] == found['acc1_few']
