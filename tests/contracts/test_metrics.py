"""Contract of a metric: single and multi-label, finite figures."""
import torch
from mmengine.evaluator import BaseMetric

from tests.contracts.components import S, build, frame_samples, of_kind


@of_kind('Metric')
def test_metric(cls, tmp_path):
    for multi in (False, True):
        metric = build(cls, tmp_path)
        assert isinstance(metric, BaseMetric) and metric.default_prefix
        samples = frame_samples(2, 7, multi)
        for i, one in enumerate(samples):
            one.set_pred_score(torch.rand(S))
        metric.process(None, [one.to_dict() for one in samples])
        figures = metric.evaluate(len(samples))
        assert figures and all(
            isinstance(value, float) and value == value
            for value in figures.values())
