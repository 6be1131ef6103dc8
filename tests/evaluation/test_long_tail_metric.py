import csv
import json

import pytest
import torch

import projects_move.functional as F
from tests import oracles
from tests.evaluation.metric_cases import (COUNTS, assert_same, build, make,
                                           samples)
from tests.golden import load
from tests.tiny import sample

THRESHOLDS = dict(head_min_exclusive=60, tail_max_inclusive=20)


def group_lists(groups):
    order = sorted(range(len(COUNTS)), key=lambda s: (-int(COUNTS[s]), s))
    few = [s for s in order if COUNTS[s] <= 20]
    if groups == 'thirds':
        return dict(head=order[:3], medium=order[3:6], tail=order[6:], few=few)
    return dict(
        head=[s for s in order if COUNTS[s] > 60],
        medium=[s for s in order if 20 < COUNTS[s] <= 60],
        tail=few,
        few=few)


@pytest.mark.parametrize('groups', ['thirds', THRESHOLDS])
@pytest.mark.parametrize('empty_classes', ['skip', 'zero'])
@pytest.mark.parametrize('labels', [1, 3])
@pytest.mark.parametrize('ties', [False, True])
def test_equals_loops(ties, labels, empty_classes, groups):
    scores, target = make(labels=labels, ties=ties, empty=(1, 4, 7))
    metric = build(groups=groups, empty_classes=empty_classes, topk=(1, 2, 5))
    data = samples(scores, target, multi=labels > 1)
    for start in range(0, 40, 7):  # the last batch is short
        metric.process(None, data[start:start + 7])
    expected = oracles.long_tail_metrics(scores, target, group_lists(groups),
                                         (1, 2, 5), empty_classes)
    assert_same(metric.evaluate(40), expected)


def test_a_label_named_twice_counts_once():
    scores, target = make(labels=3)
    once = build()
    once.process(None, samples(scores, target, multi=True))
    twice = build()
    twice.process(None, [
        sample(row.nonzero().flatten().repeat(2), pred_score=score).to_dict()
        for score, row in zip(scores, target)
    ])
    assert twice.evaluate(40) == once.evaluate(40)


def test_perfect_scores():
    _, target = make()
    got = build().evaluate_scores(target.clone(), target)
    errors = {name: got.pop(name) for name in list(got) if 'ece' in name}
    assert set(got.values()) == {1.} and set(errors.values()) == {0.}


def test_group_without_test_videos_is_left_out():
    tail = [s for s in range(9) if COUNTS[s] <= 20]
    scores, target = make(empty=tail)
    got = build(groups=THRESHOLDS).evaluate_scores(scores, target)
    assert 'mAP_tail' not in got and 'acc1_few' not in got
    assert {'mAP', 'mAP_head', 'mAP_medium', 'acc1', 'acc5'} <= set(got)
    zero = build(groups=THRESHOLDS, empty_classes='zero')
    got = zero.evaluate_scores(scores, target)
    assert got['mAP_tail'] == got['mAP_few'] == 0
    assert 'acc1_tail' not in got
    rich = build(counts=COUNTS + 100, groups=THRESHOLDS)
    got = rich.evaluate_scores(scores, target)
    assert not [key for key in got if 'medium' in key or 'tail' in key]


KINDS = dict(
    classes=lambda row: row.nonzero().flatten(),
    float=lambda row: row.float(),
    bfloat16=lambda row: row.bfloat16(),
    bool=lambda row: row.bool())


@pytest.mark.parametrize('kinds', [*([kind] for kind in KINDS), list(KINDS)])
def test_labels_of_any_kind(kinds):
    scores, target = make(labels=2)
    metric = build()
    metric.process(None, [
        dict(pred_score=score, gt_label=KINDS[kinds[i % len(kinds)]](row))
        for i, (score, row) in enumerate(zip(scores, target))
    ])
    assert_same(metric.evaluate(40), build().evaluate_scores(scores, target))


def test_batches_of_different_classes():
    metric = build()
    for scores in (torch.rand(9), torch.rand(1)):
        metric.process(None,
                       [dict(pred_score=scores, gt_label=torch.tensor([0]))])
    with pytest.raises(ValueError, match=r'numbers of classes: \[1, 9\]'):
        metric.evaluate(2)


def test_scores_of_any_float_type():
    scores, target = make()
    metric = build()
    metric.process(None, samples(scores.bfloat16(), target, multi=True))
    rounded = build().evaluate_scores(scores.bfloat16().float(), target)
    assert_same(metric.evaluate(40), rounded)


def test_names_of_the_metrics():
    scores, target = make()
    metric = build()
    metric.process(None, samples(scores, target, multi=False))
    keys = set(metric.evaluate(40))
    assert all(key.startswith('long_tail/') for key in keys)
    names = 'mAP mAP_head mAP_medium mAP_tail mAP_few acc1 acc5 acc1_tail ' \
        'acc5_head'
    assert keys >= {f'long_tail/{name}' for name in names.split()}


def test_order_of_the_classes_does_not_matter():
    scores, target = make(labels=2)
    order = torch.randperm(len(COUNTS))
    got = build(
        COUNTS[order],
        groups=THRESHOLDS).evaluate_scores(scores[:, order], target[:, order])
    expected = build(groups=THRESHOLDS).evaluate_scores(scores, target)
    assert_same(got, expected)


def test_error_texts():
    scores, target = make()
    with pytest.raises(RuntimeError, match='ClassCountsHook.*class_counts'):
        build(counts=None).evaluate_scores(scores, target)
    with pytest.raises(ValueError, match='of 4 classes, but scores of 9'):
        build(counts=COUNTS[:4]).evaluate_scores(scores, target)
    with pytest.raises(ValueError, match="'skip' or 'zero', got 'drop'"):
        build(empty_classes='drop')
    with pytest.raises(ValueError, match="'thirds' or .*got 'halves'"):
        build(groups='halves')
    scores[3, 2] = float('nan')
    with pytest.raises(ValueError, match='class 2 is NaN for video 3'):
        build().evaluate_scores(scores, target)


def test_files(tmp_path):
    scores, target = make(empty=(1, 4, 7))
    metric = build(groups=THRESHOLDS, out_dir=str(tmp_path / 'new'))
    got = metric.evaluate_scores(scores, target)
    assert json.loads((tmp_path / 'new' / 'metrics.json').read_text()) == got
    with open(tmp_path / 'new' / 'per_class.csv', newline='') as file:
        rows = list(csv.DictReader(file))
    same = json.loads((tmp_path / 'new' / 'per_class.json').read_text())
    assert [{
        key: '' if value is None else str(value)
        for key, value in row.items()
    } for row in same] == rows
    lists = group_lists(THRESHOLDS)
    assert [int(row['training_videos']) for row in rows] == COUNTS.tolist()
    for s, row in enumerate(rows):
        assert s in lists[row['group']]
        assert int(row['test_videos']) == int(target[:, s].sum())
        if s in (1, 4, 7):
            assert row['ap'] == row['acc1'] == row['acc5'] == ''
        else:
            assert float(row['ap']) == pytest.approx(
                oracles.average_precision(scores[:, s], target[:, s]),
                abs=1e-6)


def test_golden():
    z = load('metrics')
    groups = {name: int(z[name]) for name in THRESHOLDS}
    metric = build(z['class_counts'], empty_classes='zero', groups=groups)
    metric.process(None, samples(z['scores'], z['target'].float(), multi=True))
    got = metric.evaluate(len(z['scores']))
    for name in ('mAP', 'mAP_head', 'mAP_medium', 'mAP_tail'):
        assert got[f'long_tail/{name}'] == pytest.approx(
            float(z[name]), rel=1e-6)
    for k in (1, 5):
        assert 100 * got[f'long_tail/acc{k}'] == pytest.approx(
            float(z[f'acc{k}_percent']))
    # a class without a test video: its zero is ours to leave out
    ap = F.average_precision(z['scores'], z['target'])
    skip = build(z['class_counts']).evaluate_scores(z['scores'], z['target'])
    assert skip['mAP'] == pytest.approx(float(ap[~ap.isnan()].mean()))
