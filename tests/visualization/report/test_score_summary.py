"""Summaries of scores against the plain loop and the metric."""
from collections import Counter
from itertools import product

import numpy as np
import pytest

from projects_move.utils.saved_scores import SavedScores, read_scores
from projects_move.visualization.report.score_summary import (predictions,
                                                              summarize)
from tests.visualization.report.tiny_runs import NAMES, draw, write_results


def scores_of(folder, **options):
    scores, target = draw(3, 1., **options)
    metrics = write_results(folder, scores, target)
    return read_scores(folder, len(NAMES)), target, metrics


@pytest.mark.parametrize('several', [False, True])
def test_equals_a_loop_over_the_videos(tmp_path, several):
    scores, target, _ = scores_of(tmp_path, several=several)
    got = summarize(scores)
    counts, pairs = np.zeros(len(NAMES), int), Counter()
    for row, labels in zip(scores.scores, target.numpy()):
        best = set(np.argsort(-row)[:int(labels.sum())].tolist())
        own = set(labels.nonzero()[0].tolist())
        counts[list(best)] += 1
        for pair in product(own - best, best - own):
            pairs[pair] += 1 / len(best - own)
    assert got.predicted == pytest.approx(counts)
    assert len(pairs) > 3
    wrong = got.confusion - np.diag(np.diag(got.confusion))
    assert {
        pair: wrong[pair]
        for pair in zip(*map(np.ndarray.tolist, wrong.nonzero()))
    } == pytest.approx(dict(pairs))
    right = [each.is_right for each in predictions(scores)]
    best = scores.scores.argmax(1)
    assert right == [bool(target[i, each]) for i, each in enumerate(best)]


def test_the_bins_give_the_error_of_the_metric(tmp_path):
    scores, _, metrics = scores_of(tmp_path)
    got = summarize(scores)
    count, confidence, correct = got.bins
    gaps = np.abs(confidence - correct).sum() / count.sum()
    assert gaps == pytest.approx(metrics['long_tail/ece'], abs=1e-6)
    assert got.excess == pytest.approx(
        scores.scores.max(1).mean() - metrics['long_tail/acc1'], abs=1e-6)


def test_the_bins_of_several_labels_are_pairs_of_video_and_class(tmp_path):
    scores, target, _ = scores_of(tmp_path, several=True)
    faulty = scores._replace(
        scores=np.concatenate([[[np.nan] * len(NAMES)], scores.scores]),
        labels=scores.labels + [1, 0])
    for each in (scores, faulty):
        got = summarize(each)
        assert got.bins[0].sum() == target.numel()
        assert got.excess == pytest.approx(
            float(scores.scores.mean() - target.mean()), abs=1e-6)


def test_faulty_scores_count_for_nothing_else():
    scores = SavedScores(
        np.array([[.9, .1], [np.nan, .5], [.2, .8], [.3, .7]], np.float32),
        np.array([[0, 1], [1, 0], [2, 1]]), ['a', 'b', 'c', 'd'])
    got = summarize(scores)
    assert got.faulty == 1  # and the last video has no label
    assert got.confusion.tolist() == [[0, 0], [1, 1]]
    assert [each.video for each in predictions(scores)] == ['a', 'c']


def test_a_label_that_is_there_twice_counts_once(tmp_path):
    np.savez(
        tmp_path / 'scores.npz',
        scores=np.array([[.9, .1]], np.float32),
        labels=np.array([[0, 1], [0, 1]]))
    scores = read_scores(tmp_path, 2)
    assert summarize(scores).confusion.tolist() == [[0, 0], [1, 0]]


def test_no_calibration_of_logits():
    labels = np.array([[0, 0]])
    for row, expected in (([2., .1], False), ([.2, -.1], False), ([.2,
                                                                   .1], True)):
        scores = SavedScores(np.array([row], np.float32), labels, None)
        assert (summarize(scores).bins is not None) == expected
