import os

import pytest

from projects_move.errors import InputError, MissingInputError
from projects_move.utils.json_object import read_json_object


@pytest.mark.parametrize('content, message', [
    (b'{"a": 1, "b": 2, "a": 1}', "repeated key 'a'"),
    (b'{"x": {"b": 1, "b": 2}}', "repeated key 'b'"),
    (b'{"x": [{"b": 1}, {"c": 1, "c": 2}]}', "repeated key 'c'"),
    (b'[1]', 'a JSON object, found a list'),
    (b'{"a": 1', 'expected JSON'),
    (b'\xff\xfe', 'expected JSON'),
    (b'[' * 10**5, 'expected JSON'),
])
def test_refused_content(tmp_path, content, message):
    path = tmp_path / 'a.json'
    path.write_bytes(content)
    with pytest.raises(InputError, match=message) as error:
        read_json_object(path)
    assert str(path) in str(error.value)


def test_files(tmp_path):
    path = tmp_path / 'a.json'
    with pytest.raises(MissingInputError, match='no file .*a.json'):
        read_json_object(path)
    path.write_text('\ufeff{"a": [{"b": 1}, {"b": 1}]}')
    assert read_json_object(path) == dict(a=[dict(b=1), dict(b=1)])
    os.mkfifo(tmp_path / 'b.json')
    for name, kind in ('b.json', 'FIFO'), ('', 'directory'):
        with pytest.raises(InputError, match=f'found a {kind}'):
            read_json_object(tmp_path / name)
