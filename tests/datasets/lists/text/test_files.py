import pytest

from projects_move.datasets.lists.annotations import read_list
from projects_move.datasets.lists.class_files import read_class_file
from projects_move.datasets.lists.text.files import read_lines
from projects_move.datasets.lists.video_names import read_names
from projects_move.errors import InputError, MissingInputError

FAULTY = [
    ('video,label\na,0\n'.encode('utf-16'), 'byte order mark of UTF-16'),
    ('video,label\na,0\n'.encode('utf-32'), 'byte order mark of UTF-32'),
    ('a 0\n'.encode('utf-16-le'), 'line 1, byte 2: a NUL byte'),
    ('a 0\nb 1\n'.encode('utf-16-be'), 'line 1, byte 1: a NUL byte'),
    ('a 0\né 1\n'.encode('latin-1'), r'line 2, byte 1: not UTF-8 \(byte 0xe9'),
    ('a 0\nb/视频 1\n'.encode('gbk'), r'line 2, byte 3: not UTF-8 \(byte 0xca'),
    (b'a 0\nb 1\rc 2\n', r'line 2, byte 4: a carriage return'),
    (b'a 0\rb 1\r', r'line 1, byte 4: a carriage return'),
    ('ä 0\rb 1\r'.encode(), r'line 1, byte 5: a carriage return'),
]


@pytest.mark.parametrize('content, message', FAULTY)
@pytest.mark.parametrize('read', [read_list, read_names, read_class_file])
def test_other_encodings_are_named(tmp_path, read, content, message):
    (tmp_path / 'a.csv').write_bytes(content)
    with pytest.raises(InputError, match=rf'a\.csv: (.|\n)*{message}'):
        read(tmp_path / 'a.csv')


@pytest.mark.parametrize('content', [
    'a\x0b 1\nb\x0c\u2028\x85\x1c 2\n', 'a\x0b 1\r\nb\x0c\u2028\x85\x1c 2\r\n',
    '\ufeffa\x0b 1\nb\x0c\u2028\x85\x1c 2'
])
def test_only_line_feeds_end_a_line(tmp_path, content):
    (tmp_path / 'a.lst').write_bytes(content.encode())
    lines = ['a\x0b 1', 'b\x0c\u2028\x85\x1c 2']
    assert read_lines(tmp_path / 'a.lst') == lines
    found = read_list(tmp_path / 'a.lst')
    assert found.names == ['a\x0b', 'b\x0c\u2028\x85\x1c']
    assert found.labels == [[1], [2]]


def test_what_is_no_file(tmp_path):
    with pytest.raises(MissingInputError, match='none.lst does not exist'):
        read_lines(tmp_path / 'none.lst')
    with pytest.raises(InputError, match='is none'):
        read_lines(tmp_path)
    with pytest.raises(InputError, match='cannot be read|does not exist'):
        read_lines(tmp_path / ('x' * 300))
