"""Summaries of scores against the plain loop and the metric."""
from collections import Counter

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
        ranked = np.argsort(-row)
        counts[ranked[:int(labels.sum())]] += 1
        if not labels[ranked[0]]:
            pairs.update(
                (int(label), int(ranked[0])) for label in labels.nonzero()[0])
    assert got.predicted.tolist() == counts.tolist()
    assert len(got.pairs) > 3
    assert {pair[:2]: pair[2] for pair in got.pairs} == pairs
    assert [pair[2] for pair in got.pairs] == sorted(pairs.values())[::-1]
    assert (scores.labels_per_video.max() == 1) == (not several)
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


def test_no_pair_is_left_out():
    """Each seed has other frequent pairs; a sum over them needs them all."""
    size = 9
    label, predicted = np.divmod(np.arange(size**2), size)
    scores = np.eye(size, dtype=np.float32)[predicted]
    labels = np.stack([np.arange(size**2), label], 1)
    got = summarize(SavedScores(scores, labels, None))
    assert len(got.pairs) == size * (size - 1)


def test_faulty_scores_count_for_nothing_else():
    scores = SavedScores(
        np.array([[.9, .1], [np.nan, .5], [.2, .8], [.3, .7]], np.float32),
        np.array([[0, 1], [1, 0], [2, 1]]), ['a', 'b', 'c', 'd'])
    got = summarize(scores)
    assert got.faulty == 1 and got.pairs == [(1, 0, 1)]
    assert got.predicted.tolist() == [1, 1]  # the last video has no label
    assert [each.video for each in predictions(scores)] == ['a', 'c']


def test_a_label_that_is_there_twice_counts_once(tmp_path):
    np.savez(
        tmp_path / 'scores.npz',
        scores=np.array([[.9, .1]], np.float32),
        labels=np.array([[0, 1], [0, 1]]))
    scores = read_scores(tmp_path, 2)
    assert scores.labels_per_video.tolist() == [1]
    assert summarize(scores).pairs == [(1, 0, 1)]


def test_no_calibration_of_logits():
    labels = np.array([[0, 0]])
    for row, expected in (([2., .1], False), ([.2, -.1], False), ([.2,
                                                                   .1], True)):
        scores = SavedScores(np.array([row], np.float32), labels, None)
        assert (summarize(scores).bins is not None) == expected
