import pytest

from projects_move.datasets.lists.video_names import read_names


@pytest.mark.parametrize('file, text, names', [
    ('a.txt', 'my clip\nclip 3\n\nplain name\nx\n',
     ['my clip', 'clip 3', 'plain name', 'x']),
    ('a.txt', 'my clip.mp4 3\nother.mp4 1,2\n', ['my clip.mp4', 'other.mp4']),
    ('a.txt', 'x.mp4 1 3 5\ny.mp4 2\n', ['x.mp4', 'y.mp4']),
    ('a.txt', 'a3_s1 wave,run\nb 2\n', ['a3_s1', 'b']),
    ('a.txt', 'clip 1\nclip 2\nclip 3\n', ['clip 1', 'clip 2', 'clip 3']),
    ('a.csv', 'video\nx y\nz\n', ['x y', 'z']),
    ('a.csv', '\ufeffvideo,label\na,wave\nb,\n', ['a', 'b']),
    ('a.csv', 'video,label\na,wave\nb,run\na,run\n', ['a', 'b']),
    ('a.csv', 'a,wave\nb 1,run\n', ['a', 'b 1']),
    ('a.csv', 'youtube_id,time_start,time_end\nab,3,13\n',
     ['ab_000003_000013']),
    ('a.json', '[{"id": "78687"}, {"id": 5}]', ['78687', '5']),
])
def test_names(write, file, text, names):
    assert read_names(write(text, file), ['run', 'wave']) == names


@pytest.mark.parametrize(
    'text, files, names',
    [
        ('run 1\njump 2\n', ['run 1', 'jump 2'], ['run 1', 'jump 2']),
        ('run 1\njump 2\n', ['run', 'jump'], ['run', 'jump']),
        ('v 120 5\n', ['v'], ['v']),
        ('v0 1\nv3 wave,0\nsub/v2\n', ['v0', 'v3', 'sub/v2'
                                       ], ['v0', 'v3', 'sub/v2']),
        # a missing file is named like the others
        ('run 1\njump 2\n', ['run 1'], ['run 1', 'jump 2']),
        ('run 1\njump 2\n', ['run'], ['run', 'jump']),
    ])
def test_files_decide_what_a_number_means(write, text, files, names):
    assert read_names(
        write(text), ['wave'], exists=set(files).__contains__) == names


def test_format_decides_what_a_number_means(write):
    path = write('run 1\njump 2\n')
    assert read_names(path, list_format='names') == ['run 1', 'jump 2']
    assert read_names(path, list_format='list') == ['run', 'jump']


@pytest.mark.parametrize('file, text, message', [
    ('a.txt', '\n', 'the list is empty'),
    ('a.txt', 'run 1\njump 2\n', "line 1: 'run 1' may be a name, or the name "
     "'run' and a label, and no such file exists; --list-format names"),
    ('a.csv', 'label,video\na,\nb,x\n', '1 faulty line\n  line 2: no video'),
    ('a.csv', 'label\nx\n', 'line 1: expected the columns video and label'),
])
def test_errors(write, file, text, message):
    with pytest.raises(ValueError, match=message):
        read_names(write(text, file))


def test_two_files_of_a_line_are_refused(write):
    with pytest.raises(
            ValueError,
            match="line 2: there are files of 'x 1' "
            "and of 'x'; --list-format names"):
        read_names(write('y\nx 1\n'), exists={'x', 'x 1'}.__contains__)
