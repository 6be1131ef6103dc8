import pytest

from projects_move.datasets import LongTailDataset
from projects_move.datasets.lists.annotations import read_list
from projects_move.datasets.lists.labelled_videos import read_labelled_videos
from projects_move.datasets.lists.video_search import VideoIndex
from projects_move.errors import InputError

TEXT = 'x 3 1\ny 4 0\n'


@pytest.mark.parametrize('files, names, labels', [
    (['x 3.mp4', 'y 4.mp4'], ['x 3', 'y 4'], [[1], [0]]),
    (['x/1.jpg', 'y/1.jpg'], ['x', 'y'], [[1], [0]]),
])
def test_files_settle_what_numbers_mean(tmp_path, write, files, names, labels):
    for file in files:
        (tmp_path / 'data' / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / 'data' / file).touch()
    data = LongTailDataset(
        str(write(TEXT)), [],
        data_prefix=dict(video=str(tmp_path / 'data')),
        multi_class=True)
    infos = [data.get_data_info(i) for i in range(2)]
    assert [info['video_id'] for info in infos] == names
    assert [info['label'].nonzero().ravel().tolist()
            for info in infos] == [sorted(row) for row in labels]
    found = read_labelled_videos(
        write(TEXT), index=VideoIndex(tmp_path / 'data'))
    assert found.names == names
    assert found.labels == [[str(label) for label in row] for row in labels]


def test_frames_and_a_label_are_not_taken_for_two_labels(tmp_path, write):
    """Videos stand where a list of raw frames has folders."""
    for name in 'xy':
        (tmp_path / f'{name}.mp4').touch()
    settings = dict(pipeline=[], multi_class=True)
    prefix = dict(video=str(tmp_path))
    path = str(write(TEXT))
    with pytest.raises(InputError, match='as multilabel .* or as rawframes'):
        LongTailDataset(path, data_prefix=prefix, **settings)
    for name, labels in (('multilabel', [1, 3]), ('rawframes', [1])):
        data = LongTailDataset(
            path, data_prefix=prefix, list_format=name, **settings)
        assert data.get_data_info(
            0)['label'].nonzero().ravel().tolist() == labels


def test_range_of_the_labels_settles_what_numbers_mean(write):
    path = write('some dir/x 300 1\nsome dir/y 4 0\n')
    with pytest.raises(InputError, match='as list .* or as rawframes') as e:
        read_list(path, num_classes=5)
    assert 'multilabel' not in str(e.value)


def test_a_name_is_not_repeated(write):
    """Under one reading only, the names differ."""
    path = write(''.join(f'clip {i} {i % 4}\n' for i in range(9)))
    assert read_list(path).names == [f'clip {i}' for i in range(9)]


def test_names_without_labels_that_end_in_words(tmp_path, write):
    path = write('run/my one\nrun/my two\nsit/my three\n')
    (tmp_path / 'data' / 'run').mkdir(parents=True)
    (tmp_path / 'data' / 'run' / 'my one.mp4').touch()
    found = read_labelled_videos(path, index=VideoIndex(tmp_path / 'data'))
    assert found.names == ['run/my one', 'run/my two', 'sit/my three']
    assert found.labels == [['run'], ['run'], ['sit']]


@pytest.mark.parametrize('suffix', ['csv', 'lst'])
def test_commas_of_a_list_or_of_a_table(write, suffix):
    path = write('x 0,3\ny 1,2\n', f'a.{suffix}')
    if suffix == 'lst':
        assert read_list(path).labels == [[0, 3], [1, 2]]
    else:
        with pytest.raises(InputError, match='as csv-no-header .* as list'):
            read_list(path)
    path = write('x.mp4 0,3\ny.mp4 1,2\n', f'a.{suffix}')
    assert read_list(path).names == ['x.mp4', 'y.mp4']


@pytest.mark.parametrize('file, text, names', [
    ('a.csv', 'a,b.mp4 1\nc,d.mp4 2\n', ['a,b.mp4', 'c,d.mp4']),
    ('a.csv', 'a.mp4\t1\nc d.mp4 \t 2\n', ['a.mp4', 'c d.mp4']),
    ('a.csv', 'a.mp4,take 1\nb.mp4,take 2\n', ['a.mp4', 'b.mp4']),
    ('a.txt', 'run/a,b.mp4\nrun/c,d.mp4\n', ['run/a,b.mp4', 'run/c,d.mp4']),
])
def test_delimiters_in_names_and_labels(write, file, text, names):
    assert read_labelled_videos(write(text, file)).names == names


def test_valid_labels_settle_what_a_comma_means(write):
    path = write('a,b 1\nc,d 2\n')
    assert read_list(path).names == ['a,b', 'c,d']  # labels are indices
    with pytest.raises(InputError, match='as csv-no-header .* or as list'):
        read_labelled_videos(path)


@pytest.mark.parametrize('text, message', [
    ('# my list\nx 0\n', "line 1: .* found a comment: '# my list'"),
    ('x 0\ny\n', "line 2: expected \"name label.* got 'y'"),
    ('x 0\nrun/y.mp4\n', "line 2: expected \"name label.* got 'run/y.mp4'"),
    ('x.mp4\ny.mp4\n', 'line 1: expected .* or a folder that is the class'),
    (' 0\n', 'line 1: '),
])
def test_faulty_lines(write, text, message):
    with pytest.raises(InputError, match=message):
        read_list(write(text))


def test_labels_from_one_are_not_taken_from_zero(write):
    path = write('run/a.mp4 1\nsit/b.mp4 2\n')
    with pytest.raises(
            InputError,
            match="has the label 'sit', but lies in the"
            " folder of class 'run'.* labels seem to count from 1"):
        read_list(path, ['run', 'sit', 'hop'])
    assert read_list(path, ['run', 'sit'], first_index=1).labels == [[0], [1]]
    with pytest.raises(
            InputError, match='label 0 is out of range, expected 1 '
            'to 2'):
        read_list(write('run/a.mp4 0\n'), ['run', 'sit'], first_index=1)


def test_shared_cases(shared):
    cases = shared / 'cases'
    found = read_labelled_videos(cases / 'spaced_labels/list.txt')
    assert found.labels == 6 * [['1', '3', '5']
                                ] + 6 * [['2', '4']] + 6 * [found.labels[-1]]
    epic = read_labelled_videos(cases / 'epic_action_class/train.lst')
    assert epic.labels[:7] == 6 * [['0_16']] + [['1_6']]
    with pytest.raises(InputError, match="got the label '0_16'"):
        read_list(cases / 'epic_action_class/train.lst')
    slowfast = read_list(cases / 'slowfast_csv/train.csv')
    assert slowfast.labels == [[0], [0], [1], [1]]
