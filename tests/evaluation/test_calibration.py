"""Calibration errors of the metric; values are compared with loops in
``test_long_tail_metric.py`` and over two ranks in ``test_distributed.py``."""
import pytest
import torch

from tests.evaluation.metric_cases import build, make, samples


def test_calibrated_scores_have_no_error():
    """Ten videos of each class at .7, seven of them right."""
    scores = torch.full((90, 9), .3 / 8)
    predicted = torch.arange(90) % 9
    scores[torch.arange(90), predicted] = .7
    label = torch.where(torch.arange(90) < 63, predicted, (predicted + 1) % 9)
    target = torch.nn.functional.one_hot(label, 9)
    got = build().evaluate_scores(scores, target)
    assert got['ece'] == pytest.approx(0, abs=1e-7)
    assert got['ece_tail'] == pytest.approx(0, abs=1e-7)
    over = build().evaluate_scores((scores + .3).clamp(max=1), target)
    assert over['ece'] == pytest.approx(.3, abs=1e-6)


def test_classes_do_not_balance_each_other():
    """Scores of .5; one class is always right and another one never."""
    target = torch.zeros(8, 9)
    target[:, 0] = 1
    target[0, 2] = 1  # several labels
    scores = target.clone()
    scores[:, :2] = .5
    got = build().evaluate_scores(scores, target)
    assert got['ece'] == pytest.approx((.5 + .5) / 9)
    assert got['ece_head'] == 0
    assert got['ece_medium'] == got['ece_tail'] == pytest.approx(.5 / 3)


def test_a_group_that_is_never_predicted_has_no_error():
    target = torch.eye(9)[torch.arange(18) % 9]
    scores = torch.rand(18, 9) / 2
    scores[:, 7] = 1  # 300 videos: head
    got = build().evaluate_scores(scores, target)
    assert got['ece_head'] == got['ece']
    assert not {'ece_tail', 'ece_medium', 'ece_few'} & set(got)


@pytest.mark.parametrize('labels', [1, 2])
@pytest.mark.parametrize('value', [-.5, 1.5])
def test_logits_have_no_calibration_error(labels, value):
    scores, target = make(labels=labels)
    scores[3, 2] = value
    metric = build()
    metric.process(None, samples(scores, target, multi=labels > 1))
    got = metric.evaluate(40)
    assert 'long_tail/mAP' in got
    assert not [name for name in got if 'ece' in name]


def test_a_video_without_label_does_not_change_the_definition():
    scores = torch.tensor([[.9, .1, 0], [.2, .8, 0], [.6, .3, .1]])
    target = torch.eye(3)[[0, 1, 2]]
    labelled = build(
        counts=torch.tensor([5, 3, 1])).evaluate_scores(scores, target)
    scores = torch.cat([scores, torch.tensor([[.1, .1, .8]])])
    target = torch.cat([target, torch.zeros(1, 3)])
    got = build(counts=torch.tensor([5, 3, 1])).evaluate_scores(scores, target)
    assert got['ece'] == pytest.approx(labelled['ece'])
