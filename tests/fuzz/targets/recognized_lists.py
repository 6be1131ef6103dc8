"""Lists of many formats, which the reader recognizes."""
import json
from pathlib import Path
from random import Random
from typing import Dict, List, Tuple

from projects_move.datasets.lists.formats.recognize import read_listing
from tests.fuzz.mutations import TEXT, mutate
from tests.fuzz.outcomes import Expected, Outcome, difference, judge
from tests.fuzz.runner import Target

IDS = ('-aB12cdef2M', 'abcDEFghi12', '0x1_2-3aZ_9', '___________')
WORDS = ('run', 'long jump', 'brush_hair', 'été', "riding a bull", '日本')
Rows = List[Tuple[str, List[str]]]


def as_list(rng: Random, rows: Rows) -> Tuple[str, Rows]:
    rows = [(f'{name}.mp4', [str(rng.randrange(9))]) for name, _ in rows]
    return ''.join(f'{name} {label}\n' for name, (label, ) in rows), rows


def as_multilabel(rng: Random, rows: Rows) -> Tuple[str, Rows]:
    rows = [(f'{name}.mp4', list(map(str, rng.sample(range(9), 2 + i % 2))))
            for i, (name, _) in enumerate(rows)]
    return ''.join(f"{name} {' '.join(labels)}\n"
                   for name, labels in rows), rows


def as_headerless(rng: Random, rows: Rows) -> Tuple[str, Rows]:
    rows = [(f'{name}.mp4', [str(rng.randrange(9))]) for name, _ in rows]
    return ''.join(f'{name},{label}\n' for name, (label, ) in rows), rows


def as_kinetics(rng: Random, rows: Rows) -> Tuple[str, Rows]:
    lines, out = ['label,youtube_id,time_start,time_end,split'], []
    for _, (label, *_) in rows:
        start = rng.randrange(300)
        key = rng.choice(IDS)
        times = rng.choice(
            (f'{start},{start + 10}', f'{start}.0,{start + 10}.0'))
        lines.append(f'{label},{key},{times},train')
        out.append((f'{key}_{start:06d}_{start + 10:06d}', [label]))
    return '\n'.join(lines) + '\n', out


def as_activitynet(rng: Random, rows: Rows) -> Tuple[str, Rows]:
    database = {
        name:
        dict(
            subset='training',
            url='https://www.youtube.com/watch?v=x',
            duration=9.5,
            annotations=[
                dict(segment=[i, i + 1.5], label=label)
                for i, label in enumerate(labels)
            ])
        for name, labels in rows
    }
    return json.dumps(
        dict(database=database, taxonomy=[], version='1.3'),
        ensure_ascii=False), rows


def as_something(rng: Random, rows: Rows) -> Tuple[str, Rows]:
    entries, out = [], []
    for i, (_, (label, *_)) in enumerate(rows):
        template = f'{label} [something]'
        entries.append(
            dict(
                id=str(78000 + i),
                label=f'{label} a cup',
                template=template,
                placeholders=['a cup']))
        out.append((str(78000 + i), [f'{label} something']))
    return json.dumps(entries, ensure_ascii=False), out


FORMATS = (as_list, as_multilabel, as_headerless, as_kinetics, as_activitynet,
           as_something)


def write(rng: Random, folder: Path) -> None:
    count = rng.randrange(1, 6)
    rows = [(f'{rng.choice(IDS)}{i}', rng.sample(WORDS, rng.randrange(1, 3)))
            for i in range(count)]
    text, truth = rng.choice(FORMATS)(rng, rows)
    content = mutate(rng, text.encode(), TEXT)
    if content == text.encode():
        (folder / 'truth.json').write_text(json.dumps(truth))
    (folder / 'videos').write_bytes(content)


def check(folder: Path) -> Outcome:
    path, truth = folder / 'videos', folder / 'truth.json'

    def read() -> Dict[str, List[str]]:
        found = read_listing(path)
        if found.problems:  # the caller reports them with file and line
            return {}
        return [[name, list(labels)]
                for name, labels in zip(found.names, found.labels)]

    if truth.exists():
        return judge(read, Expected(json.loads(truth.read_text()), True),
                     ['videos'], difference)
    content = path.read_bytes().decode('utf-8', 'replace')
    return judge(read, Expected(content, True), ['videos'], _invented)


def _invented(rows: Rows, text: str) -> str:
    """Fault of names that a mutated text does not contain."""
    texts = text, text.encode().decode('unicode_escape', 'replace')
    for name, _ in rows:
        parts = name.rsplit('_', 2) if '_0' in name else [name]
        if not any(parts[0] in each for each in texts) and '"' not in text:
            return f'{name!r} is not in {text!r}'
    return ''


TARGET = Target('recognized_list', write, check)
