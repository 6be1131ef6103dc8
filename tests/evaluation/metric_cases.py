"""Scores, labels and metrics that the tests of the metric share."""
import pytest
import torch
from mmaction.registry import METRICS

from tests.tiny import sample

COUNTS = torch.tensor([60, 5, 25, 110, 9, 61, 20, 300, 21])


def build(counts=COUNTS, **kwargs):
    metric = METRICS.build(dict(type='LongTailMetric', **kwargs))
    if counts is not None:
        metric.set_class_counts(counts)
    return metric


def make(num_videos=40, labels=1, ties=False, empty=()):
    torch.manual_seed(num_videos + labels)
    scores = torch.rand(num_videos, len(COUNTS))
    if ties:
        scores = (scores * 4).round() / 4
    likely = torch.rand_like(scores)
    likely[:, list(empty)] = -1
    target = torch.zeros_like(scores)
    target.scatter_(1, likely.topk(labels).indices, 1)
    return scores, target


def samples(scores, target, multi):
    return [
        sample(row if multi else row.nonzero().flatten(),
               pred_score=score).to_dict()
        for score, row in zip(scores, target)
    ]


def assert_same(got, expected):
    got = {k.replace('long_tail/', ''): v for k, v in got.items()}
    assert got.keys() == expected.keys()
    for name, value in expected.items():
        assert got[name] == pytest.approx(value, abs=1e-9), name
