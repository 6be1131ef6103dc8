import csv
import json
from pathlib import Path

import pytest
import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from mmaction.registry import METRICS

import projects_move.functional as F
from projects_move.compat import end_process_group
from tests import oracles
from tests.golden import load
from tests.tiny import sample

COUNTS = torch.tensor([60, 5, 25, 110, 9, 61, 20, 300, 21])
THRESHOLDS = dict(head_min_exclusive=60, tail_max_inclusive=20)


def build(counts=COUNTS, **kwargs):
    metric = METRICS.build(dict(type='LongTailMetric', **kwargs))
    if counts is not None:
        metric.set_class_counts(counts)
    return metric


def make(num_videos=40, labels=1, ties=False, absent=()):
    torch.manual_seed(num_videos + labels)
    scores = torch.rand(num_videos, len(COUNTS))
    if ties:
        scores = (scores * 4).round() / 4
    likely = torch.rand_like(scores)
    likely[:, list(absent)] = -1
    target = torch.zeros_like(scores)
    target.scatter_(1, likely.topk(labels).indices, 1)
    return scores, target


def samples(scores, target, multi):
    out = []
    for score, row in zip(scores, target):
        label = row.nonzero().flatten()
        one = sample(row if multi else label)
        one.set_pred_score(score)
        out.append(one.to_dict())
    return out


def group_lists(groups):
    order = sorted(range(len(COUNTS)), key=lambda s: (-int(COUNTS[s]), s))
    if groups == 'thirds':
        out = dict(head=order[:3], medium=order[3:6], tail=order[6:])
    else:
        out = dict(
            head=[s for s in order if COUNTS[s] > 60],
            medium=[s for s in order if 20 < COUNTS[s] <= 60],
            tail=[s for s in order if COUNTS[s] <= 20])
    return dict(out, few=[s for s in order if COUNTS[s] <= 20])


def assert_same(got, expected):
    got = {k.replace('long_tail/', ''): v for k, v in got.items()}
    assert got.keys() == expected.keys()
    for name, value in expected.items():
        assert got[name] == pytest.approx(value, abs=1e-9), name


@pytest.mark.parametrize(
    'groups', ['thirds', THRESHOLDS], ids=['thirds', 'thresholds'])
@pytest.mark.parametrize('absent', ['skip', 'zero'])
@pytest.mark.parametrize('labels', [1, 3])
@pytest.mark.parametrize('ties', [False, True])
def test_equals_loops(ties, labels, absent, groups):
    scores, target = make(labels=labels, ties=ties, absent=(1, 4, 7))
    metric = build(groups=groups, absent=absent, topk=(1, 2, 5))
    data = samples(scores, target, multi=labels > 1)
    for start in range(0, 40, 7):  # the last batch is short
        metric.process(None, data[start:start + 7])
    expected = oracles.long_tail_metrics(scores, target, group_lists(groups),
                                         (1, 2, 5), absent)
    assert_same(metric.evaluate(40), expected)


def test_perfect_scores():
    _, target = make()
    got = build().evaluate_scores(target.clone(), target)
    assert set(got.values()) == {1.}


def test_group_without_a_present_class_is_left_out():
    tail = [s for s in range(9) if COUNTS[s] <= 20]
    scores, target = make(absent=tail)
    got = build(groups=THRESHOLDS).evaluate_scores(scores, target)
    assert 'mAP_tail' not in got and 'acc1_few' not in got
    assert {'mAP', 'mAP_head', 'mAP_medium', 'acc1', 'acc5'} <= set(got)
    zero = build(groups=THRESHOLDS, absent='zero')
    got = zero.evaluate_scores(scores, target)
    assert got['mAP_tail'] == got['mAP_few'] == 0
    assert 'acc1_tail' not in got
    rich = build(counts=COUNTS + 100, groups=THRESHOLDS)
    got = rich.evaluate_scores(scores, target)
    assert not [key for key in got if 'medium' in key or 'tail' in key]


def test_single_and_multi_hot_labels_agree():
    scores, target = make()
    results = []
    for multi in (False, True):
        metric = build()
        metric.process(None, samples(scores, target, multi))
        results.append(metric.evaluate(40))
    assert results[0] == results[1]


def test_labels_of_several_kinds_in_one_batch():
    scores, target = make(labels=2)
    kinds = [
        lambda row: row.nonzero().flatten(), lambda row: row.float(),
        lambda row: row.bfloat16(), lambda row: row.bool()
    ]
    metric = build()
    metric.process(None, [
        dict(pred_score=score, gt_label=kinds[i % 4](row))
        for i, (score, row) in enumerate(zip(scores, target))
    ])
    assert_same(metric.evaluate(40), build().evaluate_scores(scores, target))
    for kind in kinds:
        metric.process(None, [
            dict(pred_score=score, gt_label=kind(row))
            for score, row in zip(scores, target)
        ])
        assert_same(
            metric.evaluate(40),
            build().evaluate_scores(scores, target))


def test_batches_of_different_classes():
    metric = build()
    for num_classes in (9, 1):
        metric.process(None, [
            dict(
                pred_score=torch.rand(num_classes), gt_label=torch.tensor([0]))
        ])
    with pytest.raises(ValueError, match=r'numbers of classes: \[1, 9\]'):
        metric.evaluate(2)


def test_scores_of_any_float_type():
    scores, target = make()
    metric = build()
    metric.process(None, samples(scores.bfloat16(), target, multi=True))
    rounded = build().evaluate_scores(scores.bfloat16().float(), target)
    assert_same(metric.evaluate(40), rounded)


def test_keys_are_what_save_best_understands():
    scores, target = make()
    metric = build()
    metric.process(None, samples(scores, target, multi=False))
    keys = set(metric.evaluate(40))
    assert all(key.startswith('long_tail/') for key in keys)
    for name in ('mAP', 'mAP_head', 'mAP_medium', 'mAP_tail', 'mAP_few',
                 'acc1', 'acc5', 'acc1_tail', 'acc5_head'):
        assert f'long_tail/{name}' in keys


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
        build(absent='drop')
    with pytest.raises(ValueError, match="'thirds' or .*got 'halves'"):
        build(groups='halves')
    scores[3, 2] = float('nan')
    with pytest.raises(ValueError, match='class 2 is NaN for video 3'):
        build().evaluate_scores(scores, target)


def test_files(tmp_path):
    scores, target = make(absent=(1, 4, 7))
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
    metric = build(
        z['class_counts'],
        absent='zero',
        groups=dict(
            head_min_exclusive=int(z['head_min_exclusive']),
            tail_max_inclusive=int(z['tail_max_inclusive'])))
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


def evaluate_on_rank(rank, folder, num_videos):
    """As MMEngine's sampler deals the videos: round robin, the last rank
    filled up with the first video."""
    dist.init_process_group(
        'gloo', f'file://{folder}/store', rank=rank, world_size=2)
    scores, target = make(num_videos, labels=2, ties=True)
    data = samples(scores, target, multi=True)
    data = (data + data[:num_videos % 2])[rank::2]
    metric = build(collect_device='cpu')
    metric.collect_dir = f'{folder}/parts'
    for start in range(0, len(data), 4):
        metric.process(None, data[start:start + 4])
    got = metric.evaluate(num_videos)  # broadcast to either rank
    torch.save(got, f'{folder}/rank{rank}.pth')
    end_process_group()


@pytest.mark.filterwarnings('ignore:.*fork:DeprecationWarning')
def test_two_ranks_equal_one(tmp_path):
    num_videos = 21
    mp.start_processes(
        evaluate_on_rank, (str(tmp_path), num_videos),
        nprocs=2,
        start_method='fork')
    scores, target = make(num_videos, labels=2, ties=True)
    expected = build().evaluate_scores(scores, target)
    for rank in range(2):
        assert_same(torch.load(tmp_path / f'rank{rank}.pth'), expected)


def refuse_on_rank(rank, folder):
    dist.init_process_group(
        'gloo', f'file://{folder}/store', rank=rank, world_size=2)
    scores, target = make(20)
    scores[7, 4] = float('nan')  # the second rank has the odd ones
    metric = build()
    metric.process(None, samples(scores, target, multi=True)[rank::2])
    with pytest.raises(ValueError) as error:
        metric.evaluate(20)
    Path(folder, f'{rank}.txt').write_text(str(error.value))
    end_process_group()


@pytest.mark.filterwarnings('ignore:.*fork:DeprecationWarning')
def test_every_rank_refuses_what_one_cannot_rank(tmp_path):
    mp.start_processes(
        refuse_on_rank, (str(tmp_path), ), nprocs=2, start_method='fork')
    texts = [(tmp_path / f'{rank}.txt').read_text() for rank in range(2)]
    assert texts == [
        'a score of another rank is NaN',
        'the score of class 4 is NaN for video 7'
    ]
