import pytest

from projects_move.datasets.lists.class_files import read_class_file
from projects_move.errors import InputError


@pytest.mark.parametrize('odd', ['', 'crlf', 'mark', 'trailing', 'no end'])
@pytest.mark.parametrize('file, text, names, first', [
    ('c.txt', 'long jump\nrün\n', ['long jump', 'rün'], 0),
    ('c.txt', '10\n1\n2\n', ['10', '1', '2'], 0),
    ('c.txt', 'take 1\ntake 2\n', ['take 1', 'take 2'], 0),
    ('c.txt', 'goal, own\njump, high\n', ['goal, own', 'jump, high'], 0),
    ('classInd.txt', '1 A b\n2 C\n', ['A b', 'C'], 1),
    ('c.txt', '0 A b\n1 C\n', ['A b', 'C'], 0),
    ('c.txt', '2\tC\n1\tA b\n', ['A b', 'C'], 1),
    ('c.txt', 'A b 0\nC 1\n', ['A b', 'C'], 0),
    ('c.lst', 'A b 0 12.0\nC 1 3\n', ['A b', 'C'], 0),
    ('c.csv', 'id,name\n0,A b\n1,"C, d"\n', ['A b', 'C, d'], 0),
    ('c.csv', 'name,id\nA b,1\nC,2\n', ['A b', 'C'], 1),
    ('c.csv', '1,A b\n0,C\n', ['C', 'A b'], 0),
    ('c.csv', 'name\nA b\nC\n', ['A b', 'C'], 0),
    ('c.json', '["A b", "C"]', ['A b', 'C'], 0),
    ('c.json', '["7", "C 1"]', ['7', 'C 1'], 0),
    ('labels.json', '{"C": "1", "A b": "0"}', ['A b', 'C'], 0),
    ('c.json', '{"C": 2, "A b": 1}', ['A b', 'C'], 1),
    ('c.json', '{"1": "C", "0": "A b"}', ['A b', 'C'], 0),
])
def test_formats(tmp_path, file, text, names, first, odd):
    text = {
        'crlf': text.replace('\n', '\r\n'),
        'mark': f'\ufeff{text}',
        'trailing': f'{text}\n \n',
        'no end': text.rstrip('\n')
    }.get(odd, text)
    (tmp_path / file).write_bytes(text.encode())
    found = read_class_file(tmp_path / file)
    assert (found.names, found.first_index) == (names, first)


@pytest.mark.parametrize('file, text, message', [
    ('c.txt', '', 'there is no class name'),
    ('c.txt', 'a\n\nb\n', 'line 2: no class name'),
    ('c.txt', 'a\nb\na\n', "line 3: class 'a' is already in line 1"),
    ('c.txt', '1 a\n2 b\n4 c\n', 'expected the indices .* got 1, 2, 4'),
    ('c.txt', '2 a\n3 b\n', 'expected the indices .* got 2, 3'),
    ('c.txt', 'Area 51\nApollo 11\n', 'got 51, 11; write a json list'),
    ('c.lst', 'A 0 12\nB 1 1e3\n', 'line 2: expected "name index count"'),
    ('c.lst', 'A 0 12\nB 1_0 3\n', 'line 2: expected "name index count"'),
    ('c.csv', 'id,name\n0,"A\n1,B\n', 'line 2: torn row'),
    ('c.csv', 'id,name\n0,A\n2,B\n', 'got 0, 2'),
    ('c.json', '{"a": 0, "a": 1}', "repeated key 'a'"),
    ('c.json', '{"a": 0, "b": 2}', 'got 0, 2'),
    ('c.json', '{"a": 0.5}', 'expected a json list of class names'),
    ('c.json', '["a", 1]', 'expected a json list of class names'),
    ('c.json', '["a", ""]', 'line 2: no class name'),
    ('c.json', '["a",', 'line 1, column 6: torn json'),
    ('c.yaml', '- a\n', 'yaml is not supported'),
])
def test_faulty_files(write, file, text, message):
    with pytest.raises(InputError, match=rf'(?s){file}: .*{message}'):
        read_class_file(write(text, file))


@pytest.mark.parametrize('name', ['classInd.txt', 'classInd_crlf.txt'])
def test_shared_case(shared, name):
    assert read_class_file(shared / 'cases' / 'ucf101' / name)[:2] == ([
        'ApplyEyeMakeup', 'ApplyLipstick', 'Archery', 'BabyCrawling'
    ], 1)
