"""Every format, compared with what is written here beside it."""
import json

import pytest

from projects_move.datasets.lists.annotations import read_list
from projects_move.datasets.lists.formats.recognize import read_listing
from projects_move.datasets.lists.labelled_videos import read_labelled_videos
from projects_move.errors import InputError

ACTIVITYNET = dict(
    version='1.3',
    taxonomy=[],
    database=dict(
        xYz01=dict(
            duration=20.,
            subset='training',
            url='u',
            annotations=[
                dict(segment=[.1, 12.], label='Preparing pasta'),
                dict(segment=[12., 13.], label='Eating'),
                dict(segment=[14., 15.], label='Preparing pasta')
            ]),
        ab=dict(
            subset='validation',
            annotations=[dict(segment=[0, 1], label='Eating')]),
        cd=dict(subset='testing', annotations=[])))
SOMETHING = [
    dict(
        id='78687',
        label='holding potato next to vegetable',
        template='Holding [something] next to [something]',
        placeholders=['potato', 'vegetable']),
    dict(
        id='42',
        label='pushing a pen',
        template='Pushing [something]',
        placeholders=['a pen'])
]
KINETICS_JSON = {
    '-a_1':
    dict(
        annotations=dict(label='air drumming', segment=[3.0, 13.0]),
        duration=10.,
        subset='train',
        url='u')
}
RUN = (['run/a.mp4', 'my sit/ü b.mp4'], [['run'], ['my sit']])
NUMBERS = (['a.mp4', 'b c.mp4'], [['3', '0'], ['12']])

CASES = [
    ('a.lst', 'list', 'run/a.mp4 run\nmy sit/ü b.mp4 sit\n', (RUN[0], [['run'],
                                                                       ['sit']
                                                                       ])),
    ('a.txt', 'list', 'a.mp4 3,0\nb c.mp4\t12\n', NUMBERS),
    ('a.csv', 'list', 'a.mp4 3,0\nb c.mp4 12\n', NUMBERS),
    ('a.txt', 'multilabel', 'a.mp4 3 0\nb c.mp4  12 \n', NUMBERS),
    ('a.txt', 'names', 'run/a.mp4\nmy sit/ü b.mp4\n', RUN),
    ('a.csv', 'csv', 'video,label\nrun/a.mp4,run\nmy sit/ü b.mp4,my sit\n',
     RUN),
    ('a.csv', 'csv', 'Class, File Name,n\nrun,run/a.mp4,"x\n\ny"\n"my sit", '
     '"my sit/ü b.mp4",\n', RUN),
    ('a.txt', 'csv', 'path\taction\nrun/a.mp4\trun\nmy sit/ü b.mp4\tmy sit\n',
     RUN),
    ('a.csv', 'csv', 'video_id;labels\nrun/a.mp4;run\nmy sit/ü b.mp4;my sit\n',
     RUN),
    ('a.csv', 'csv', 'id,video,label\n0,run/a.mp4,run\n1,my sit/ü b.mp4,my '
     'sit\n', RUN),
    ('a.csv', 'csv', 'video,label\na.mp4,"3,0"\nb c.mp4,12\n', NUMBERS),
    ('a.csv', 'csv', 'video,label\na.mp4,3\nb c.mp4,12\na.mp4,0\na.mp4,3\n',
     NUMBERS),
    ('a.csv', 'csv-no-header', 'run/a.mp4,run\nmy sit/ü b.mp4,"my sit"\n',
     RUN),
    ('a.tsv', 'csv-no-header', 'run/a.mp4\trun\nmy sit/ü b.mp4\tmy sit\n',
     RUN),
    ('a.csv', 'csv-no-header', '7;Putting a, b and c\n8;Falling like paper\n',
     (['7', '8'], [['Putting a, b and c'], ['Falling like paper']])),
    ('a.csv', 'kinetics', 'label,youtube_id,time_start,time_end,split\nair '
     'drumming,-a_1, 3.0 ,13,train\n', (['-a_1_000003_000013'],
                                        [['air drumming']])),
    ('a.json', 'kinetics-json', json.dumps(KINETICS_JSON),
     (['-a_1_000003_000013'], [['air drumming']])),
    ('a.json', 'something', json.dumps(SOMETHING, indent=1),
     (['78687', '42'], [['Holding something next to something'],
                        ['Pushing something']])),
    ('a.json', 'activitynet', json.dumps(ACTIVITYNET),
     (['xYz01', 'ab'], [['Preparing pasta', 'Eating'], ['Eating']])),
    ('a.json', 'records', '[{"filename": "a.mp4", "label": [3, 0]}, '
     '{"filename": "b c.mp4", "label": 12}]', NUMBERS),
]


@pytest.mark.parametrize('odd', ['', 'crlf', 'mark', 'blank lines', 'no end'])
@pytest.mark.parametrize('file, format, text, expected', CASES)
def test_formats(tmp_path, file, format, text, expected, odd):
    text = dict(
        crlf=text.replace('\n', '\r\n'),
        mark=f'\ufeff{text}',
        **{
            'blank lines': f'\n{text}\n\n',
            'no end': text.rstrip('\n')
        }).get(odd, text)
    path = tmp_path / file
    path.write_bytes(text.encode())
    assert read_listing(path).format == format
    found = read_labelled_videos(path)
    assert (found.names, found.labels) == expected
    assert f'{path}: {format} (' in found.report
    # the labels are class indices with class names
    classes = found.classes
    if len(set(found.splits)) < 2:
        indices = read_list(path, classes)
        assert [[classes[i] for i in row]
                for row in indices.labels] == found.labels
        assert indices.names == found.names


def test_named_formats(write):
    """A name of a format settles what the content does not."""
    path = write('d/x 120 5\nd/y 90 3\n', 'a.txt')
    with pytest.raises(
            InputError,
            match=r'(?s)line 1: may be read as list .* '
            r'or as multilabel .* or as rawframes .*--list-format'):
        read_list(path)
    meanings = dict(
        list=(['d/x 120', 'd/y 90'], [[5], [3]]),
        multilabel=(['d/x', 'd/y'], [[120, 5], [90, 3]]),
        rawframes=(['d/x', 'd/y'], [[5], [3]]))
    for format, (names, labels) in meanings.items():
        found = read_list(path, list_format=format)
        assert (found.names, found.labels) == (names, labels)
    path = write('x 0 120 5 6\ny 1 90 3\n', 'a.txt')
    found = read_list(path, list_format='rawframes-offset')
    assert (found.names, found.labels) == (['x', 'y'], [[5, 6], [3]])
    path = write('file,path,label\na,b,0\n', 'a.csv')
    assert read_list(path, list_format='csv:path,label').names == ['b']
    path = write('v1,action\nv2,comedy\n', 'a.csv')
    assert read_list(
        path, ['action', 'comedy'],
        list_format='csv-no-header').labels == [[0], [1]]


@pytest.mark.parametrize('format, message', [
    ('cvs', "unknown format 'cvs', expected one of list, multilabel, "),
    ('list:1', 'list takes no option'),
    ('class-folders', 'class-folders is a format of a folder'),
    ('something', 'torn json'),
    ('csv:a,b', 'line 1: expected the columns a,b, got x 1'),
])
def test_wrong_formats(write, format, message):
    with pytest.raises(InputError, match=message):
        read_list(write('x 1\n'), list_format=format)


def test_every_row_is_counted(write):
    path = write('video,label\n\nx,"a"\ny,b\nx,c\ny,b\n', 'a.csv')
    assert read_labelled_videos(path).report == (
        f'{path}: csv (a table with a header): read 4 of 4 lines: 2 videos, 1 '
        'further label of videos named before, 1 row repeated, same labels '
        '(columns separated by commas; 1 blank line)')
    path = write('video,label\n"x\n",a\ny,b\n', 'a.csv')
    assert 'read 2 rows of 3 lines: 2 videos' in read_labelled_videos(
        path).report
    path = write(json.dumps(ACTIVITYNET), 'a.json')
    assert 'read 3 of 3 entries: 2 videos, 1 row of the test left out, no ' \
        'label' in read_labelled_videos(path).report
