"""Summaries of scores against the plain loop and the metric."""
from collections import Counter

import numpy as np
import pytest

from projects_move.errors import InputError, MissingInputError
from projects_move.visualization.report.score_file import Scores, read_scores
from projects_move.visualization.report.score_summary import (predictions,
                                                              summarize)
from tests.visualization.report.tiny_runs import NAMES, draw, write_results


def scores_of(folder, **options):
    scores, target = draw(3, 1., **options)
    metrics = write_results(folder, scores, target)
    return read_scores(folder / 'scores.npz', len(NAMES)), target, metrics


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
    assert scores.has_one_label == (not several)
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
    got = summarize(Scores(scores, labels, None))
    assert len(got.pairs) == size * (size - 1)


def test_faulty_scores_count_for_nothing_else():
    scores = Scores(
        np.array([[.9, .1], [np.nan, .5], [.2, .8], [.3, .7]], np.float32),
        np.array([[0, 1], [1, 0], [2, 1]]), ['a', 'b', 'c', 'd'])
    got = summarize(scores)
    assert got.faulty == 1 and got.pairs == [(1, 0, 1)]
    assert got.predicted.tolist() == [1, 1]  # the last video has no label
    assert [each.video for each in predictions(scores)] == ['a', 'c']


def test_a_label_that_is_there_twice_counts_once(tmp_path):
    np.savez(
        tmp_path / 'a.npz',
        scores=np.array([[.9, .1]], np.float32),
        labels=np.array([[0, 1], [0, 1]]))
    scores = read_scores(tmp_path / 'a.npz', 2)
    assert scores.has_one_label
    assert summarize(scores).pairs == [(1, 0, 1)]


def test_no_calibration_of_logits():
    labels = np.array([[0, 0]])
    for row, expected in (([2., .1], False), ([.2, -.1], False), ([.2,
                                                                   .1], True)):
        scores = Scores(np.array([row], np.float32), labels, None)
        assert (summarize(scores).bins is not None) == expected


GOOD = dict(
    scores=np.ones((3, 2), np.float32),
    labels=np.array([[0, 1], [2, 0]]),
    videos=np.array(['a', 'b', 'c']))


@pytest.mark.parametrize('changes, reason', [
    (dict(scores=np.ones((3, 4), np.float32)), 'expected scores of 2 classes'),
    (dict(scores=np.ones((3, 2), int)), 'expected scores of 2 classes'),
    (dict(labels=np.array([[0, 2]])), r'found \[0, 2\]'),
    (dict(labels=np.array([[3, 0]])), r'found \[3, 0\]'),
    (dict(labels=np.array([[0, -1]])), r'found \[0, -1\]'),
    (dict(labels=np.array([0, 1])), 'expected the video and the class'),
    (dict(videos=np.array(['a'])), 'expected 3 names'),
    (dict(videos=np.array(5)), 'expected 3 names'),
    (dict(scores=np.array([{}], object)), 'expected scores and labels'),
    (dict(labels=None), 'expected scores and labels'),
])
def test_other_files(tmp_path, changes, reason):
    arrays = {
        name: array
        for name, array in dict(GOOD, **changes).items() if array is not None
    }
    np.savez(tmp_path / 'a.npz', **arrays)
    with pytest.raises(InputError, match=reason) as error:
        read_scores(tmp_path / 'a.npz', 2)
    assert 'a.npz' in str(error.value)


def test_torn_files(tmp_path):
    np.savez(tmp_path / 'a.npz', **GOOD)
    content = (tmp_path / 'a.npz').read_bytes()
    for size in range(0, len(content), 97):
        (tmp_path / 'torn.npz').write_bytes(content[:size])
        with pytest.raises(InputError, match='torn.npz'):
            read_scores(tmp_path / 'torn.npz', 2)
    np.save(tmp_path / 'one.npy', GOOD['scores'])
    with pytest.raises(InputError, match='one.npy: expected scores and'):
        read_scores(tmp_path / 'one.npy', 2)
    with pytest.raises(MissingInputError):
        read_scores(tmp_path / 'none.npz', 2)
