"""Configs and the overrides of a command line."""
import ast
import json
import shutil
import tempfile
from pathlib import Path
from random import Random
from typing import Any

from projects_move.apis.configs import load_config, parse_cfg_options
from tests.fuzz.mutations import TEXT, mutate
from tests.fuzz.outcomes import Expected, Outcome, difference, judge
from tests.fuzz.runner import Target

CONFIG = '''model = {'head': {'num_classes': 4, 'name': 'é'}, 'necks': [1, 2]}
train = {'epochs': 2, 'rate': 0.5, 'steps': [{'type': 'a'}, {'type': 'b'}]}
'''
KEYS = ('model.head.num_classes', 'model.head', 'model.necks.0', 'train.rate',
        'train.steps.1.type', 'new', 'new.key', 'model.head.name.x',
        'train.epochs.x', 'model.necks.7', '', '.', 'train.', 'model.necks.x')
VALUES = ('5', '-1', '2.5', 'text', '[1,2]', '(a,b)', 'None', 'True',
          '[1,[2]]', '', '[', ']', '"quoted"', 'a=b', '[1,', '1e-3', 'nan',
          '(1,)')


def write(rng: Random, folder: Path) -> None:
    content = mutate(rng, CONFIG.encode(), TEXT)
    (folder / 'config.txt').write_bytes(content)
    pairs = [
        f'{rng.choice(KEYS)}={rng.choice(VALUES)}'
        for _ in range(rng.randrange(3))
    ]
    if rng.random() < .1:
        pairs.append('no_equals_sign')
    (folder / 'options.json').write_text(json.dumps(pairs))


def check(folder: Path) -> Outcome:
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(shutil.copy(folder / 'config.txt', f'{scratch}/some.py'))
        return _check(path, folder)


def _check(path: Path, folder: Path) -> Outcome:
    pairs = json.loads((folder / 'options.json').read_text())

    def read() -> dict:
        cfg = load_config(path, cfg_options=parse_cfg_options(pairs))
        return {
            key: value
            for key, value in cfg.to_dict().items() if key in expected_keys
        }

    expected = _expected(path, pairs)
    expected_keys = expected.value or ()
    names = ['some.py', '--cfg-options']
    names += [repr(pair) for pair in pairs]
    names += [repr(pair.split('=')[0]) for pair in pairs]
    return judge(read, expected, names, difference)


def _expected(path: Path, pairs: list) -> Expected:
    """Assignments of literals, without the overrides of one key twice."""
    try:
        body = ast.parse(path.read_bytes()).body
        value = {
            node.targets[0].id: ast.literal_eval(node.value)
            for node in body
        }
    except Exception:
        return Expected(None) if not _runs(path) else Expected({}, True)
    if not all(name in value for name in ('model', 'train')):
        return Expected({}, True)
    if pairs:  # the tests of MMEngine cover what an override does
        return Expected({}, True)
    return Expected(value, path.read_text() != CONFIG)


def _runs(path: Path) -> bool:
    """Whether a file is valid Python."""
    names: Any = {}
    try:
        exec(compile(path.read_bytes(), str(path), 'exec'), names)
    except Exception:
        return False
    return True


TARGET = Target('config', write, check)
