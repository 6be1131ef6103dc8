"""Lists of lines, csv and json, with a format that is given or recognized."""
import json
import re
from pathlib import Path
from random import Random
from typing import Callable, Dict, List, Optional, Tuple

from projects_move.datasets.lists.annotations import read_list
from tests.fuzz.mutations import TEXT, mutate
from tests.fuzz.outcomes import FAULTY, Expected, Outcome, difference, judge
from tests.fuzz.runner import Target

NUM_CLASSES = 8
SOUND = 'sound'  # marks an input that was not mutated
NAMES = ('a', 'b.mp4', 'walk/v1.mp4', 'my clip.mp4', 'é/ü.avi', 'x_1', 'run 1',
         '日本.mp4', "it's.mp4", 'a,b.mp4', 'say "hi".mp4', '-x.mp4', '7', '#1')
ALIASES = dict(vid='video', videos='video', labels='label')  # by mutation
Videos = List[Tuple[str, List[int]]]


def write_list(rng: Random, folder: Path) -> None:
    ending = rng.choice(('\n', '\n', '\r\n'))
    lines = [
        f"{name}{rng.choice((' ', ' ', '  ', chr(9)))}"
        f"{','.join(map(str, labels))}" for name, labels in _videos(rng)
    ]
    _write(rng, folder, ending.join(lines) + rng.choice(('', ending)))


def write_csv(rng: Random, folder: Path) -> None:
    rows = [('video', 'note', 'label')]
    rows += [(name, rng.choice(
        ('', 'seen', 'a,b')), ';'.join(map(str, labels)))
             for name, labels in _videos(rng)]
    ending = rng.choice(('\n', '\r\n'))
    text = ending.join(','.join(map(_quoted, row)) for row in rows)
    _write(rng, folder, text + ending)


def write_json(rng: Random, folder: Path) -> None:
    rows = [
        dict(video=name, label=[str(label) for label in labels])
        for name, labels in _videos(rng)
    ]
    text = json.dumps(
        rows, ensure_ascii=rng.random() < .5, indent=rng.choice((None, 1)))
    _write(rng, folder, text)


def _videos(rng: Random) -> Videos:
    names = rng.sample(NAMES, rng.randrange(1, 7))
    return [(name, rng.sample(range(NUM_CLASSES), rng.choice((1, 1, 2, 3))))
            for name in names]


def _quoted(text: str) -> str:
    if any(character in text for character in ',"\n'):
        text = text.replace('"', '""')
        return f'"{text}"'
    return text


def _write(rng: Random, folder: Path, text: str) -> None:
    encoding = rng.choice(('utf-8', ) * 8 + ('utf-8-sig', 'utf-16', 'latin-1'))
    content = text.encode(encoding, errors='replace')
    mutated = mutate(rng, content, TEXT)
    (folder / 'videos').write_bytes(mutated)
    if mutated == content and encoding.startswith('utf-8'):
        (folder / SOUND).touch()


def check(read_rows: Callable[[str], Optional[Videos]],
          list_format: Optional[str]) -> Callable[[Path], Outcome]:
    """Check of a format.

    Args:
        read_rows: Independent reading of a text, None for a faulty text.
        list_format: Format for the reader; None is recognized.
    """

    def check_folder(folder: Path) -> Outcome:
        path = folder / 'videos'

        def read() -> Dict[str, List[int]]:
            found = read_list(
                path, num_classes=NUM_CLASSES, list_format=list_format)
            return dict(zip(found.names, map(sorted, found.labels)))

        return judge(read, _expected(path, read_rows), ['videos'], difference)

    return check_folder


def _expected(path: Path, read_rows: Callable[[str],
                                              Optional[Videos]]) -> Expected:
    try:
        text = path.read_bytes().decode('utf-8-sig').replace('\r\n', '\n')
        rows = read_rows(text)
    except ValueError:
        return FAULTY
    if not rows or '\0' in text or '\r' in text:
        return FAULTY
    videos: Dict[str, List[int]] = {}
    for name, labels in rows:
        videos[name] = sorted({*videos.get(name, ()), *labels})
    return Expected(videos, not (path.parent / SOUND).exists())


def rows_of_list(text: str) -> Videos:
    """Videos of lines ``name label[,label]``.

    Raises:
        ValueError: For a line of another form.
    """
    rows = []
    for line in text.split('\n'):
        line = line.rstrip(' \t')
        if line:
            found = re.fullmatch(r'(.*[^ \t])[ \t]+([^ \t]+)', line, re.DOTALL)
            if not found:
                raise ValueError(line)
            rows.append((found[1], _labels(found[2].split(','))))
    return rows


def rows_of_csv(text: str) -> Videos:
    """Videos of a csv by the rules of RFC 4180.

    Raises:
        ValueError: For a torn csv, and for other columns.
    """
    header, *rows = [[field.strip(' \t\n') for field in row]
                     for row in _fields(text.strip('\n'))]
    if len(set(header)) < len(header) or any(
            len(row) != len(header) for row in rows if any(row)):
        raise ValueError('other columns')
    header = [ALIASES.get(name.strip(), name.strip()) for name in header]
    video, label = header.index('video'), header.index('label')
    rows = [row for row in rows if any(row)]
    if not all(row[video] for row in rows):
        raise ValueError('no video')
    return [(row[video],
             _labels([
                 part.strip() for part in re.split('[;|,]', row[label])
                 if part.strip()
             ])) for row in rows]


def _fields(text: str) -> List[List[str]]:
    """Fields of each row."""
    rows, position = [[]], 0
    pattern = re.compile(r' *"((?:[^"]|"")*)" *(,|\n|$)|([^,\n]*)(,|\n|$)')
    while True:
        found = pattern.match(text, position)
        quoted, end_1, plain, end_2 = found.groups()
        if quoted is None and plain.lstrip(' ').startswith('"'):
            raise ValueError('a quote that does not close')
        rows[-1].append(plain if quoted is None else quoted.replace('""', '"'))
        end = end_1 if quoted is not None else end_2
        position = found.end()
        if not end:
            return rows
        if end == '\n':
            rows.append([])


def rows_of_json(text: str) -> Videos:
    """Videos of a json list of objects.

    Raises:
        ValueError: For another json.
    """
    rows, entries = [], json.loads(text.lstrip('\ufeff'))
    if not isinstance(entries, list):
        raise ValueError('no list')
    for entry in entries:
        if not isinstance(entry, dict):
            raise ValueError('no object')
        entry = {key.strip(): value for key, value in entry.items()}
        name, labels = entry.get('video'), entry.get('label')
        if not isinstance(name, str) or not name.strip():
            raise ValueError('no video')
        if not isinstance(labels, list):
            labels = re.split('[;|,]', str(labels))
        labels = [str(label).strip() for label in labels]
        rows.append((name.strip(), _labels(labels)))
    return rows


def _labels(texts: List[str]) -> List[int]:
    """Labels in strict decimal notation."""
    if not texts or any(not re.fullmatch('0|[1-9][0-9]*', text)
                        for text in texts):
        raise ValueError(f'labels {texts}')
    labels = [int(text) for text in texts]
    if max(labels) >= NUM_CLASSES:
        raise ValueError(f'labels {texts}')
    return labels


TARGETS = [
    Target('list', write_list, check(rows_of_list, 'list')),
    Target('csv', write_csv, check(rows_of_csv, 'csv')),
    Target('json_list', write_json, check(rows_of_json, 'records')),
]
