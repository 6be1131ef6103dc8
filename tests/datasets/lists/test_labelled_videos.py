import pytest

from projects_move.datasets.lists.labelled_videos import read_labelled_videos


def test_only_visible_files_are_videos(tmp_path):
    for name in ('run/a.mp4', 'run/._a.mp4', '.trash/b.mp4', 'run/.old/c.mp4',
                 'run/sub/d.MKV', 'run/note.txt'):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / 'run' / 'dir.mp4').mkdir()
    videos = read_labelled_videos(tmp_path)
    assert videos.names == ['run/a.mp4', 'run/sub/d.MKV']
    assert videos.classes == ['run']


@pytest.mark.parametrize('file, text, classes, names, labels', [
    ('a.csv', '\ufeffvideo,label\nx.mp4,Läufer\n', None, ['x.mp4'
                                                          ], [['Läufer']]),
    ('a.csv', 'video,label\nx,a\n"y",b\nx,b\n', None, ['x', 'y'], [['a', 'b'],
                                                                   ['b']]),
    ('a.csv', 'video,label\nx,a;b\ny,b\nx,a|b\n', None, ['x', 'y'],
     [['a', 'b'], ['b']]),
    ('a.txt', 'k/air drumming/a b.mp4 1\nk/archery/x.mp4 0\n'
     'k/archery/y.mp4 0\n', None, [
         'k/air drumming/a b.mp4', 'k/archery/x.mp4', 'k/archery/y.mp4'
     ], [['air drumming'], ['archery'], ['archery']]),
    ('a.txt', 'archery/x.mp4 0\narchery/y.mp4 1\n', None,
     ['archery/x.mp4', 'archery/y.mp4'], [['0'], ['1']]),
    ('a.txt', 'archery/x.mp4 0\nrun/y.mp4 0\n', None,
     ['archery/x.mp4', 'run/y.mp4'], [['0'], ['0']]),
    ('a.txt', 'x.mp4 0\ny.mp4 0\n', None, ['x.mp4', 'y.mp4'], [['0'], ['0']]),
    ('a.lst', 'x.mp4 1,0\ny.mp4 sit\n', ['run', 'jump', 'sit'],
     ['x.mp4', 'y.mp4'], [['jump', 'run'], ['sit']]),
])
def test_lists(write, file, text, classes, names, labels):
    videos = read_labelled_videos(write(text, file), classes)
    assert (videos.names, videos.labels) == (names, labels)


@pytest.mark.parametrize('file, text, message', [
    ('a.csv', 'video,label,split\nx,a,train\n"y",b,val\nx,b,test\n',
     "line 4: video 'x' is already in line 2, with the split 'train'"),
    ('a.csv', 'note,video,label\n"1\n2",x,a\n\n,y,\n',
     '1 faulty line\n  line 5: no label'),
    ('a.csv', 'video,label\n"x\ny",a\n', r"'x\\ny' has a line break"),
    ('a.lst', 'x.mp4 1,0\ny.mp4 sit\n',
     "line 2: expected a class index, got the label 'sit'"),
])
def test_faulty_lists(write, file, text, message):
    with pytest.raises(ValueError, match=message):
        read_labelled_videos(write(text, file))
