import pytest

from projects_move.datasets.lists.labelled_videos import read_labelled_videos
from projects_move.errors import InputError


@pytest.mark.parametrize('file, text, message', [
    ('a.csv', 'video,label,note\nx,a,\ny,b,"six inch\nz,a,\n',
     'line 3: torn row'),
    ('a.csv', 'video,label\n"x"y,a\n', 'line 2: torn row'),
    ('a.csv', 'video,label,n\nx,a,"1\ny,b,2\nz,a,3"\nw,b,\n',
     'line 2: torn row, a quoted field of lines 2 to 4'),
    ('a.csv', 'video,n,label\nx,"1,a\ny,2",b\nw,,b\n',
     'line 2: torn row, a quoted field of lines 2 to 3'),
    ('a.csv', 'x,"a\ny,b\n', 'line 1: torn row'),
    ('a.csv', 'video,label\nx,a\ny,b,c\nz\n',
     r'(?s)line 3: expected 2 columns \(video, label\), got 3.*line 4: '
     'expected 2 columns .* got 1'),
    ('a.csv', 'x,a\ny,b,c\n', 'line 2: expected 2 columns'),
    ('a.csv', 'x,a\ny\nz,b\n', 'line 1: expected the columns video and label'),
    ('a.csv', 'run/x,a\nsit/y\n', 'line 1: expected the columns'),
    ('a.csv', 'my x,a\nmy y,b\nmy z\n', 'line 1: expected the columns'),
    ('a.csv', 'x.mp4,1,3\ny.mp4,2,3\n', 'line 1: expected the columns'),
    ('a.csv', 'video,label,Label\nx,a,b\n', 'line 1: repeated column label'),
    ('a.csv', 'video,path,label\nx,y,a\n', 'line 1: video and path may both'),
    ('a.csv', 'video,label,class\nx,y,a\n', 'line 1: label and class may'),
    ('a.csv', 'v1,action\nv2,comedy\n', 'line 1: expected the columns'),
    ('a.txt', 'note,label\nv2,comedy\n', 'line 1: expected the columns'),
    ('a.csv', 'label,youtube_id,time_start,time_end\na,b,1.5,3\n',
     'line 2: no video: expected a youtube_id and times in whole seconds'),
    ('a.csv', 'video,label\nx,0\ny,nan\n',
     "line 3: expected a class index, got the label 'nan'"),
    ('a.csv', f'video,label\n{"x" * 140000},a\n', 'line 2: torn row'),
])
def test_torn_tables(write, file, text, message):
    with pytest.raises(InputError, match=message):
        read_labelled_videos(write(text, file))


def test_quotes_inside_a_field_are_text(write):
    found = read_labelled_videos(
        write('video,label\nsix" pipe,a\n"say ""hi""",b\n', 'a.csv'))
    assert found.names == ['six" pipe', 'say "hi"']


def test_shared_case_with_a_stray_quote(shared):
    path = shared / 'cases' / 'stray_quote_rows_lost' / 'train.csv'
    with pytest.raises(InputError, match='train.csv(.|\n)*line 12: torn row'):
        read_labelled_videos(path)
