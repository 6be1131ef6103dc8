"""The scores of a test, kept for adjustments without the model."""
from pathlib import Path

import numpy as np
import pytest
import torch

from projects_move.evaluation import score_file
from projects_move.models import LongTailHead
from tests.evaluation.metric_cases import assert_same, build, make
from tests.tiny import sample


def head_outputs(num_videos=12, labels=2, activation='sigmoid', names=True):
    """Samples with the outputs of a head, and its logits and labels."""
    _, target = make(num_videos, labels)
    logits = torch.randn(num_videos, 9) * 3
    data = [
        sample(row, video_id=f'走る/{i}' if names else None)
        for i, row in enumerate(target)
    ]
    head = LongTailHead(9, 4, activation=activation)
    head.predict_by_feat(logits, data)
    return [each.to_dict() for each in data], logits, target


def evaluate(folder, data, **kwargs):
    metric = build(out_dir=str(folder), **kwargs)
    for first in range(0, len(data), 5):
        metric.process(None, data[first:first + 5])
    return metric.evaluate(len(data))


def load(folder):
    with np.load(folder / 'scores.npz', allow_pickle=False) as file:
        return dict(file)


@pytest.mark.parametrize('activation', ['sigmoid', 'softmax'])
@pytest.mark.parametrize('labels', [1, 2])
def test_contents(tmp_path, labels, activation):
    data, logits, target = head_outputs(12, labels, activation)
    got = evaluate(tmp_path, data)
    saved = load(tmp_path)
    assert {
        key: (value.dtype.kind, value.shape)
        for key, value in saved.items()
    } == dict(
        scores=('f', (12, 9)),
        logits=('f', (12, 9)),
        labels=('i', (12 * labels, 2)),
        videos=('U', (12, )))
    np.testing.assert_array_equal(saved['logits'], logits)
    function = torch.sigmoid if activation == 'sigmoid' else (
        lambda x: x.exp() / x.exp().sum(1, keepdim=True))
    np.testing.assert_allclose(saved['scores'], function(logits), atol=1e-6)
    np.testing.assert_array_equal(saved['labels'], target.nonzero())
    assert saved['videos'].tolist() == [f'走る/{i}' for i in range(12)]
    assert saved['labels'].dtype == np.int64
    assert saved['scores'].dtype == saved['logits'].dtype == np.float32
    same = torch.zeros(12, 9)
    same[tuple(torch.from_numpy(saved['labels']).T)] = 1
    again = build().evaluate_scores(torch.from_numpy(saved['scores']), same)
    assert_same(got, again)


def test_what_is_unknown_is_left_out(tmp_path):
    data, *_ = head_outputs(names=False)
    evaluate(tmp_path, data)
    assert set(load(tmp_path)) == {'scores', 'labels', 'logits'}
    del data[7]['pred_logits']  # such as a stock head
    data[7]['video_id'] = 'the only name'
    evaluate(tmp_path, data)
    assert set(load(tmp_path)) == {'scores', 'labels'}


def test_scores_without_samples(tmp_path):
    scores, target = make(labels=2)
    build(out_dir=str(tmp_path)).evaluate_scores(scores, target)
    saved = load(tmp_path)
    assert set(saved) == {'scores', 'labels'}
    np.testing.assert_array_equal(saved['scores'], scores)


def test_one_evaluation_after_another(tmp_path):
    data, *_ = head_outputs()
    metric = build(out_dir=str(tmp_path))
    for part in (data[:7], data[5:]):
        metric.process(None, part)
        metric.evaluate(len(part))
    assert load(tmp_path)['videos'].tolist() == [
        each['video_id'] for each in data[5:]
    ]


@pytest.mark.parametrize('keep, limit, is_kept', [
    (None, 12 * 9, True),
    (None, 12 * 9 - 1, False),
    (None, 40, False),
    (True, 1, True),
    (False, 12 * 9, False),
])
def test_limit(tmp_path, monkeypatch, keep, limit, is_kept):
    (tmp_path / 'scores.npz').write_text('of an earlier test')
    monkeypatch.setattr(score_file, 'MAX_SCORES', limit)
    evaluate(tmp_path, head_outputs()[0], keep_scores=keep)
    assert (tmp_path / 'scores.npz').exists() == is_kept
    assert (tmp_path / 'metrics.json').exists()
    assert not is_kept or 'logits' in load(tmp_path)


def test_names_that_would_fill_the_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(score_file, 'MAX_SCORES', 12 * 20)
    data, *_ = head_outputs()
    data[3]['video_id'] = 'x' * 20
    evaluate(tmp_path, data)
    assert load(tmp_path)['videos'][3] == 'x' * 20
    data[3]['video_id'] = 'x' * 21
    evaluate(tmp_path, data)
    assert set(load(tmp_path)) == {'scores', 'labels', 'logits'}


def test_nothing_is_kept_without_a_folder():
    data, *_ = head_outputs()
    metric = build()
    metric.process(None, data)
    assert not metric._score_file._logits and not metric._score_file._videos


def test_example_of_the_page(tmp_path, monkeypatch):
    """The adjustment that the documentation shows, without the model."""
    from tests.test_docs import blocks
    page = Path(__file__).parents[2] / 'docs/training.md'
    block, = blocks(page, 'python')
    data, logits, _ = head_outputs(labels=1, activation='softmax')
    evaluate(tmp_path / 'results', data)
    monkeypatch.chdir(tmp_path)
    names = {}
    exec(compile(block, '<docs/training.md>', 'exec'), names)
    counts = torch.tensor([60, 5, 25, 110, 9, 61, 20, 300, 21])
    adjusted = (logits - (counts / counts.sum()).log()).softmax(1)
    np.testing.assert_allclose(names['adjusted'], adjusted, atol=1e-6)
