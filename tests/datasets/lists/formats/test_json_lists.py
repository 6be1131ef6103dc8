import json

import pytest

from projects_move.datasets.lists.annotations import read_list
from projects_move.datasets.lists.labelled_videos import read_labelled_videos
from projects_move.errors import InputError


def database(**videos):
    return json.dumps(dict(database=videos))


GOOD = dict(subset='training', annotations=[dict(label='a')])


@pytest.mark.parametrize('text, message', [
    ('{"database": {\n"x": ', 'line 2, column 6: torn json'),
    ('{"database": {"x": {}, "x": {}}}', "repeated key 'x'"),
    ('{"x": 0, "y": 1}', 'json of no known list of videos'),
    ('[1, 2]', 'json of no known list of videos'),
    ('[' * 100000, 'not a json list'),
    ('[{"id": 1, "label": ' + '9' * 5000 + '}]', 'not a json list'),
    ('x 0\n', 'a json list begins with'),
    (database(x=GOOD, y=3), "entry 2: video 'y': expected an object, got 3"),
    (database(x=GOOD, y=dict(GOOD, annotations=[{}])), "entry 2: video 'y'"),
    (database(x=GOOD, y=dict(
        GOOD, annotations=[])), "entry 2: no label of video 'y'"),
    (database(x=dict(subset='testing', annotations=[])), 'no row has a label'),
    ('[{"id": "1", "template": "a"}, {"id": null, "template": "a"}]',
     'entry 2: expected an id and a template'),
    ('[{"id": "1"}]', 'something: no row has a label'),
    ('[{"video": "x", "label": "a"}, 3]',
     'entry 2: expected an object|no known'),
    ('[{"video": "x", "label": "a"}, {"video": [1], "label": "a"}]',
     'entry 2: expected a video and labels'),
    ('[{"video": "x", "label": "a"}, {"video": "y", "label": {"b": 1}}]',
     "entry 2: no label of video 'y'"),
    ('[{"video": "x", "path": "y", "label": "a"}]', 'video and path may both'),
    ('[{"video": "x\\ud800", "label": "a"}]', 'entry 1: the name .* no list'),
    ('[{"video": "x\\u0000", "label": "a"}]', 'entry 1: the name .* no list'),
    ('{"x": {"annotations": {"label": "a", "segment": [0.5, 1]}}}',
     "entry 1: video 'x': expected a segment of whole seconds"),
])
def test_faulty_json(write, text, message):
    with pytest.raises(InputError, match=message):
        read_labelled_videos(write(text, 'a.json'))


def test_splits_of_activitynet(write):
    path = write(
        database(
            x=GOOD,
            y=dict(GOOD, subset='validation'),
            z=dict(subset='testing', annotations=[])), 'a.json')
    assert read_labelled_videos(path).splits == ['train', 'val']
    with pytest.raises(InputError, match='one split, got test, train, val'):
        read_list(path, ['a'])


def test_shared_case(shared):
    found = read_labelled_videos(shared / 'cases/activitynet_json/a.json')
    assert found[:3] == (['xYz01AbCdEf'], [['Preparing pasta']], ['train'])
