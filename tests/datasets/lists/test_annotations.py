import pytest

from projects_move.datasets.lists.annotations import (AnnotationError,
                                                      read_classes, read_list)
from projects_move.datasets.lists.class_files import read_count_file
from projects_move.datasets.lists.labels import order_classes


def problems(read, *args):
    with pytest.raises(AnnotationError) as error:
        read(*args)
    return error.value.problems


@pytest.mark.parametrize('file, text, classes, expected', [
    ('a.lst', 'b/x 2\nmy clip.mp4 0,3,0\n', None,
     (['b/x', 'my clip.mp4'], [[2], [0, 3]], [1, 2])),
    ('a.lst', 'x jump\ny run,jump\n', ['run', 'jump'],
     (['x', 'y'], [[1], [0, 1]], [1, 2])),
    ('a.csv', 'note,video,label\nn,"a, b.mp4",long jump;run\nn,c,run\n',
     ['run', 'long jump'], (['a, b.mp4', 'c'], [[1, 0], [0]], [2, 3])),
    ('a.lst', '\ufeffx run\n', ['run'], (['x'], [[0]], [1])),
    ('a.csv', '\ufeffvideo,label\nx,run\n', ['run'], (['x'], [[0]], [2])),
    ('a.CSV', '\ufeffvideo,label\nx,run\n', ['run'], (['x'], [[0]], [2])),
])
def test_lists(write, file, text, classes, expected):
    assert read_list(write(text, file), classes, num_classes=4) == expected


def test_all_faults_are_reported_with_their_lines(write):
    path = write('a 0\nb 9\nc\n\na 1\nd jump\ne -1\nf 2,7\n', 'bad.lst')
    with pytest.raises(AnnotationError, match='bad.lst: 6 faulty lines') as e:
        read_list(path, num_classes=3, multi_class=False)
    faults = [problem.split(': ', 1) for problem in e.value.problems]
    assert [line for line, _ in faults
            ] == [f'line {i}' for i in (2, 3, 5, 6, 7, 8)]
    for text in ("video 'a' is already in line 1, with another label",
                 'label 9 is out of range, expected 0 to 2',
                 "expected a class index, got the label 'jump'"):
        assert text in str(e.value)


def test_ambiguous_label(write):
    path = write('w 10\nx 0\ny 1\nz 10,2\n')
    assert problems(read_list, path, ['1', '2', '10']) == [
        "line 3: label '1' is the name of class 0 and the index of class "
        "'2': move the name to index 1 of the classes, or rename the class",
        "line 4: label '2' is the name of class 1 and the index of class "
        "'10': move the name to index 2 of the classes, or rename the class"
    ]
    assert read_list(path, ['10', '1', '2']).labels == [[0], [0], [1], [0, 2]]
    path = write('x 01\ny 1\n')  # 01 is no index
    assert read_list(path, ['01', '02']).labels == [[0], [1]]


@pytest.mark.parametrize('names, expected', [
    (['b', 'a'], ['a', 'b']),
    (map(str, range(12)), [str(i) for i in range(12)]),
    (['1', '2', '3', '10', '11', '12'], ['10', '1', '2', '3', '11', '12']),
    (['3', '2', 'x', '01'], ['01', 'x', '2', '3']),
])
def test_ordered_classes_have_no_ambiguous_label(write, names, expected):
    classes = order_classes(names)
    assert classes == expected
    tokens = [*map(str, range(len(classes))), *classes]
    path = write(''.join(f'v{i} {token}\n' for i, token in enumerate(tokens)))
    labels = 2 * [[i] for i in range(len(classes))]
    assert read_list(path, classes).labels == labels


@pytest.mark.parametrize('file, text, message', [
    ('a.lst', '', 'the list is empty'),
    ('a.lst', 'x hop\n', "line 1: expected a class name or index, got the "
     "label 'hop'"),
    ('a.lst', 'x run\ny run,sit\n', "line 2: video 'y' has the labels"),
    ('a.csv', 'note,label\na,0\n', 'expected the columns video and label'),
    ('a.csv', 'video,label\na,\nb,run\n', "line 2: no label of video 'a'"),
    ('a.csv', 'video,label\na,\n', 'csv: no row has a label'),
    ('a.csv', 'video,label,split\na,0,train\nb,0,val\n',
     'expected a list of one split, got train, val'),
])
def test_faulty_lists(write, file, text, message):
    with pytest.raises(AnnotationError, match=message):
        read_list(write(text, file), ['run', 'sit'], multi_class=False)


def test_long_error_texts_are_shortened(write):
    with pytest.raises(AnnotationError, match='and 30 more') as error:
        read_list(write('x\n' * 50))
    assert len(error.value.problems) == 50


@pytest.mark.parametrize('mark', ['', '\ufeff'])
def test_classes(write, mark):
    path = write(mark + 'air drumming\narchery\n')
    assert read_classes(path) == ['air drumming', 'archery']
    assert problems(read_classes, write('a\n\na\n')) == [
        'line 2: no class name', "line 3: class 'a' is already in line 1"
    ]


def test_long_names_are_refused(write):
    assert read_list(write(f'{"x" * 4096} 0\n')).names == ['x' * 4096]
    with pytest.raises(AnnotationError, match='line 2: .*is too long'):
        read_list(write(f'a 0\n{"x" * 4097} 0\n'))


def test_count_file(write):
    path = write('Cat 0 12.0\nBig dog 1 3\n')
    names, counts = read_count_file(path)
    assert names == read_classes(path) == ['Cat', 'Big dog']
    assert counts.tolist() == [12, 3]
    path = write('Cat 0 12\nDog 2 x\nCow 5 1\n')
    assert problems(read_count_file, path) == [
        "line 2: expected \"name index count\", got 'Dog 2 x'",
        'line 3: expected the index 2, got 5'
    ]


def test_real_lists(shared):
    """Compared with the lines, split here."""
    labels = shared / 'labels'
    names, counts = read_count_file(labels / 'videolt_count-labels-train.lst')
    assert len(names) == 1004 and counts.min() == 44 and counts.max() == 1912
    kinetics = read_classes(labels / 'minikinetics200_classes.txt')
    assert kinetics == (
        labels / 'minikinetics200_classes.txt').read_text().split('\n')[:200]
    sizes = dict(
        videolt_train=179334,
        videolt_validate=25619,
        videolt_test=51239,
        minikinetics200_train=len(
            (labels / 'minikinetics200_train.lst').read_text().split('\n')) -
        1,
        minikinetics200_val=4999)
    for name, size in sizes.items():
        classes = names if name.startswith('videolt') else kinetics
        path, reports = labels / f'{name}.lst', []
        videos = read_list(path, classes, report=reports.append)
        rows = [row.split() for row in path.read_text().split('\n')[:-1]]
        assert videos.names == [row[0] for row in rows]
        assert videos.labels == [[int(label) for label in row[1].split(',')]
                                 for row in rows]
        assert videos.lines == list(range(1, size + 1))
        assert f'read {size:,} of {size:,} lines: {size:,} videos' in \
            reports[0]
