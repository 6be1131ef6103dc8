import os
import threading

import numpy as np
import pytest

from projects_move.errors import InputError, MissingInputError
from projects_move.utils.saved_scores import read_finite_scores, read_scores
from tests.apis.analysis.results import NAMES, write_test


def test_scores_of_the_metric(tmp_path):
    scores, target, _ = write_test(tmp_path, several_labels=True)
    saved = read_scores(tmp_path, len(NAMES))
    np.testing.assert_array_equal(saved.scores, scores)
    for label in range(5):
        np.testing.assert_array_equal(
            saved.is_label(label), target[:, label] == 1)


GOOD = dict(
    scores=np.full((3, 5), .5, np.float32), labels=np.array([[0, 1], [2, 4]]))


def test_a_label_that_is_there_twice(tmp_path):
    labels = np.array([[0, 1], [0, 1], [1, 0]])
    with open(tmp_path / 'scores.npz', 'wb') as file:
        np.savez(file, **dict(GOOD, labels=labels))
    saved = read_scores(tmp_path, len(NAMES))
    assert saved.labels.tolist() == [[0, 1], [1, 0]]


@pytest.mark.parametrize('change, reason', [
    (dict(scores=np.ones((3, 4))), 'scores of 5 classes'),
    (dict(scores=np.ones((0, 5)), labels=np.ones((0, 2), int)), 'found none'),
    (dict(scores=np.ones((3, 5), int)), 'found int64'),
    (dict(scores=np.full((3, 5), np.nan)), 'others of video 0'),
    (dict(labels=np.array([[0, 5]])), r'of video and class \[0, 5\]'),
    (dict(labels=np.array([[3, 0]])), r'of video and class \[3, 0\]'),
    (dict(labels=np.array([[0, -1]])), r'of video and class \[0, -1\]'),
    (dict(labels=np.array([0, 1])), r'labels of shape \(L, 2\)'),
    (dict(labels=np.ones((1, 2))), 'found float64'),
    (dict(labels=np.array([[None, {}]])), 'cannot be read'),
    (dict(videos=np.array(['a'])), 'expected 3 names'),
    (dict(videos=np.array(5)), 'expected 3 names'),
])
def test_other_arrays(tmp_path, change, reason):
    with open(tmp_path / 'scores.npz', 'wb') as file:
        np.savez(file, **{**GOOD, **change})
    with pytest.raises(InputError, match=f'scores.npz.*{reason}'):
        read_finite_scores(tmp_path, len(NAMES))


@pytest.mark.parametrize('part', range(25))
def test_torn_files(tmp_path, part):
    path = tmp_path / 'scores.npz'
    np.savez(path, **GOOD)
    content = path.read_bytes()
    position = len(content) * part // 25
    path.write_bytes(content[:position])
    with pytest.raises(InputError, match='cannot be read'):
        read_scores(tmp_path, len(NAMES))
    other = bytes([content[position] ^ 255])
    path.write_bytes(content[:position] + other + content[position + 1:])
    try:
        read_scores(tmp_path, len(NAMES))
    except InputError:
        pass  # a changed byte that is not read is no fault


def test_files_of_other_kinds(tmp_path):
    with pytest.raises(MissingInputError, match='keep_scores=True'):
        read_scores(tmp_path, len(NAMES))
    np.save(tmp_path / 'a.npy', np.ones(3))
    (tmp_path / 'a.npy').rename(tmp_path / 'scores.npz')
    with pytest.raises(InputError, match='cannot be read'):
        read_scores(tmp_path, len(NAMES))
    with open(tmp_path / 'scores.npz', 'wb') as file:
        np.savez(file, scores=GOOD['scores'])
    with pytest.raises(InputError, match='the arrays scores and labels'):
        read_scores(tmp_path, len(NAMES))


def test_a_fifo_is_no_hang(tmp_path):
    os.mkfifo(tmp_path / 'scores.npz')
    found = []

    def read():
        with pytest.raises(InputError, match='found a FIFO') as error:
            read_scores(tmp_path, len(NAMES))
        found.append(error)

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    thread.join(60)
    assert found
