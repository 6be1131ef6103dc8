import pytest

from projects_move.datasets.lists.video_names import read_names


@pytest.mark.parametrize('file, text, names', [
    ('a.txt', 'my clip 3\nother 1,2\n\nplain name\nx\na3_s1 wave,run\n',
     ['my clip', 'other', 'plain name', 'x', 'a3_s1']),
    ('a.csv', 'video\nx y\nz\n', ['x y', 'z']),
    ('a.csv', '\ufeffvideo,label\na,wave\nb,\n', ['a', 'b']),
    ('a.csv', 'youtube_id,time_start,time_end\nab,3,13\n',
     ['ab_000003_000013']),
])
def test_names(write, file, text, names):
    assert read_names(write(text, file), ['run', 'wave']) == names


@pytest.mark.parametrize('file, text, message', [
    ('a.txt', '\n', 'the list is empty'),
    ('a.csv', 'label,video\na,\nb,x\n', '1 faulty line\n  line 2: no video'),
    ('a.csv', 'name\nx\n', 'expected the columns video, or youtube_id'),
])
def test_errors(write, file, text, message):
    with pytest.raises(ValueError, match=message):
        read_names(write(text, file))
