"""Files of class names."""
import json
import re
from pathlib import Path
from random import Random
from typing import List

from projects_move.datasets.lists.class_files import read_classes
from tests.fuzz.mutations import TEXT, mutate
from tests.fuzz.outcomes import FAULTY, Expected, Outcome, difference, judge
from tests.fuzz.runner import Target

NAMES = ('run', 'long jump', 'été', '日本', 'a,b', "it's", 'say "hi"', '-x',
         'walk 2', '3d', 'x|y', 'A')


def write(rng: Random, folder: Path) -> None:
    names = rng.sample(NAMES, rng.randrange(1, 8))
    first = rng.choice((0, 1))
    kind = rng.choice(
        ('names', 'index name', 'name index count', 'json', 'object'))
    (folder / 'truth.json').write_text(json.dumps(names))
    if kind == 'names':
        text = '\n'.join(names) + '\n'
    elif kind == 'index name':
        text = ''.join(f'{i} {name}\n' for i, name in enumerate(names, first))
    elif kind == 'name index count':
        text = ''.join(f'{name} {i} {rng.randrange(900)}\n'
                       for i, name in enumerate(names))
    elif kind == 'json':
        text = json.dumps(names)
    else:
        text = json.dumps({name: i for i, name in enumerate(names, first)})
    content = mutate(rng, text.encode(), TEXT)
    if content != text.encode():
        (folder / 'truth.json').unlink()
    (folder / 'classes').write_bytes(content)


def check(folder: Path) -> Outcome:
    path = folder / 'classes'

    def read() -> List[str]:
        return read_classes(path)

    truth = folder / 'truth.json'
    if truth.exists():
        return judge(read, Expected(json.loads(truth.read_text()), True),
                     ['classes'], difference)
    return judge(read, _expected(path), ['classes'], _invented)


def _expected(path: Path) -> Expected:
    """Text of a mutated file, of which all names must be parts."""
    try:
        text = path.read_bytes().decode('utf-8-sig')
    except ValueError:
        return FAULTY
    if '\0' in text or re.search('\r(?!\n)', text) or not text.strip(' \t\n'):
        return FAULTY
    try:
        names = json.loads(text)
    except ValueError:
        names = None
    if isinstance(names, (list, dict)):  # without escapes
        text = '\n'.join(map(str, [*names, *getattr(names, 'values', list)()]))
    return Expected(text, True)


def _invented(names: List[str], text: str) -> str:
    """Fault of names that the text does not contain or that are repeated."""
    parts = text, text.replace('""', '"')
    others = [
        name for name in names if not any(name in part for part in parts)
    ]
    repeated = len(names) - len(set(names))
    if others or repeated or '' in names:
        return f'{names} of {text!r}'
    return ''


TARGET = Target('class_file', write, check)
