import random

import pytest

from projects_move.apis.extraction import listed_names
from projects_move.apis.extraction.listed_names import read_plain_names

NAMES = [
    'a.mp4', 'b/c.AVI', 'my clip.mkv', 'x.mp4 1.mp4', '7.webm', 'ü/é.mov',
    'tab\tname.mp4', 'a.mp4.mp4', '1 2.mp4'
]
NUMBERS = ['', ' 3', '\t12', ' 0,3', ' 4 5 6', '  7\t8 ', ' 1,2 3']


@pytest.mark.parametrize('seed', range(20))
def test_names_of_video_files(tmp_path, seed, monkeypatch):
    draw = random.Random(seed)
    monkeypatch.setattr(listed_names, 'BLOCK_BYTES', draw.choice([1, 20, 999]))
    names = draw.sample(NAMES, draw.randint(1, len(NAMES)))
    numbers = draw.choice(NUMBERS)
    lines = [name + numbers for name in names]
    for _ in range(draw.randint(0, 3)):
        lines.insert(draw.randint(0, len(lines)), draw.choice(['', '  ']))
    path = tmp_path / 'list.txt'
    text = draw.choice(['\n', '\r\n']).join(lines) + draw.choice(['', '\n'])
    path.write_bytes(text.encode(draw.choice(['utf-8', 'utf-8-sig'])))
    found = [name.decode() for name in read_plain_names(path).tolist()]
    assert found == names


@pytest.mark.parametrize('text', [
    'a.mp4 1\na.mp4 1\n', 'a 1\nb.mp4 1\n', '/x/a.mp4 1\n', './a.mp4 1\n',
    'b//a.mp4 1\n', 'b/../a.mp4 1\n', 'a.mp4 walk\n', 'video,label\na.mp4,1\n',
    'a.mp4 1,2,\n', '\n', ''
])
def test_other_lists_are_left_to_the_reader_of_any_list(tmp_path, text):
    path = tmp_path / 'list.txt'
    path.write_text(text)
    assert read_plain_names(path) is None
