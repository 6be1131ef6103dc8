import pytest

from projects_move.datasets.lists.labelled_videos import read_labelled_videos


def write(path, text, encoding='utf-8'):
    path.write_text(text, encoding=encoding)
    return path


def test_only_visible_files_are_videos(tmp_path):
    for name in ('run/a.mp4', 'run/._a.mp4', '.trash/b.mp4', 'run/.old/c.mp4',
                 'run/sub/d.MKV', 'run/note.txt'):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / 'run' / 'dir.mp4').mkdir()
    videos = read_labelled_videos(tmp_path)
    assert videos.names == ['run/a.mp4', 'run/sub/d.MKV']
    assert videos.classes == ['run']


def test_csv_with_byte_order_mark(tmp_path):
    path = write(tmp_path / 'a.csv', 'video,label\nx.mp4,Läufer\n',
                 'utf-8-sig')
    assert read_labelled_videos(path).labels == [['Läufer']]


def test_repeated_video(tmp_path):
    path = write(tmp_path / 'a.csv', 'video,label\nx,a;b\ny,b\nx,a|b\n')
    videos = read_labelled_videos(path)
    assert videos.names == ['x', 'y'] and videos.labels == [['a', 'b'], ['b']]
    write(path, 'video,label\nx,a\n"y",b\nx,b\n')
    with pytest.raises(
            ValueError, match="line 4: video 'x' is already in line 2"):
        read_labelled_videos(path)


def test_line_numbers_of_rows_with_line_breaks(tmp_path):
    path = write(tmp_path / 'a.csv', 'note,video,label\n"1\n2",x,a\n\n,y,\n')
    with pytest.raises(ValueError, match='1 faulty line\n  line 5: no label'):
        read_labelled_videos(path)


def test_names_with_line_breaks(tmp_path):
    path = write(tmp_path / 'a.csv', 'video,label\n"x\ny",a\n')
    with pytest.raises(ValueError, match=r"'x\\ny' has a line break"):
        read_labelled_videos(path)


@pytest.mark.parametrize('text, labels', [
    ('k/air drumming/a b.mp4 1\nk/archery/x.mp4 0\nk/archery/y.mp4 0\n',
     ['air drumming', 'archery', 'archery']),
    ('archery/x.mp4 0\narchery/y.mp4 1\n', ['0', '1']),
    ('archery/x.mp4 0\nrun/y.mp4 0\n', ['0', '0']),
    ('x.mp4 0\ny.mp4 0\n', ['0', '0']),
])
def test_list_of_indices(tmp_path, text, labels):
    videos = read_labelled_videos(write(tmp_path / 'a.txt', text))
    assert videos.labels == [[label] for label in labels]
    assert videos.names == [
        line.rsplit(' ', 1)[0] for line in text.splitlines()
    ]


def test_list_with_class_names(tmp_path):
    path = write(tmp_path / 'a.lst', 'x.mp4 1,0\ny.mp4 sit\n')
    videos = read_labelled_videos(path, ['run', 'jump', 'sit'])
    assert videos.labels == [['jump', 'run'], ['sit']]
    with pytest.raises(
            ValueError,
            match="line 2: expected a class index, got the label 'sit'"):
        read_labelled_videos(path)
