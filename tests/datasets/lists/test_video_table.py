import numpy as np
import pytest

from projects_move.datasets.lists.annotations import Annotations
from projects_move.datasets.lists.video_table import VideoTable

NAMES, LABELS, LINES = ['a', 'äb', 'c'], [[3], [0, 2], [1, 0, 4]], [1, 2, 4]
INFOS = [
    dict(video_id=name, label=label, line=line)
    for name, label, line in zip(NAMES, LABELS, LINES)
]
TABLE = VideoTable.of_annotations(Annotations(NAMES, LABELS, LINES))


@pytest.mark.parametrize('table', [TABLE, VideoTable.of_data_infos(INFOS)])
def test_holds_what_it_was_made_of(table):
    assert len(table) == 3 and [table[i] for i in range(3)] == INFOS
    assert table.videos().tolist() == [0, 1, 1, 2, 2, 2]
    assert table.labels.tolist() == [3, 0, 2, 1, 0, 4]


def test_labels_of_some_videos():
    classes, videos = TABLE.labels_of([2, 0, 2, 1])
    assert classes.tolist() == [1, 0, 4, 3, 1, 0, 4, 0, 2]
    assert videos.tolist() == [0, 0, 0, 1, 2, 2, 2, 3, 3]
    assert [len(each) for each in TABLE.labels_of([])] == [0, 0]


def test_take():
    taken = TABLE.take(np.array([2, 0]))
    assert [taken[i] for i in range(2)] == [INFOS[2], INFOS[0]]
    assert len(TABLE.take(np.zeros(0, int))) == 0


def test_infos_of_a_subclass():
    """One label as a number, and further keys, also of some videos only."""
    table = VideoTable.of_data_infos(
        [dict(video_id='a', label=3, start=.5),
         dict(video_id='b', label=0)])
    assert table[0] == dict(video_id='a', label=[3], start=.5)
    assert table.take(np.array([1]))[0] == dict(
        video_id='b', label=[0], start=None)
