"""Configs are read as MMEngine reads them, and anything else is refused."""
import pytest
from mmengine.config import Config

from projects_move.apis.configs import CONFIGS
from projects_move.checkpoint_files import read_literal_config

SHIPPED = sorted(
    path for path in CONFIGS.rglob('*.py')
    if not {'_base_', 'methods', 'new_style'}
    & set(path.relative_to(CONFIGS).parts))


@pytest.mark.parametrize('path', SHIPPED[::9], ids=lambda path: path.stem)
def test_shipped_configs(path):
    text = Config.fromfile(path).pretty_text
    expected = Config.fromstring(text, '.py').to_dict()
    assert read_literal_config(text) == expected


@pytest.mark.parametrize('value', [
    1, -2, -2.5, 1e-300, float('inf'), -float('inf'), True, None, 'a', "a'b\n",
    b'\0', [], (), (1, ), [1, [2, (3, )]], {}, {'a b': 1, 'c': {}}, {1: 2},
    dict(a=dict(b=[dict(c=1)])), {1, 'a'}
])  # yapf: disable
def test_literals(value):
    assert read_literal_config(f'x = {value!r}\ny = 2') == dict(x=value, y=2)
    text = Config(dict(x=value)).pretty_text
    assert read_literal_config(text) == dict(x=value)


@pytest.mark.parametrize('text, reason', [
    ('import os', "line 1: expected only literals, found 'import'"),
    ('a = 1\nfrom os import path', "line 2: .*'from'"),
    ('a = __import__("os")', r"'\('"),
    ('a = open("run", "w")', r"'\('"),
    ('a = os.path', r"'\.'"),
    ('a = b[0]', r"'\['"),
    ('a = dict', 'Name'),
    ('a = dict(1)', 'Call'),
    ('a = dict()()', r"'\('"),
    ('a = dict(**b)', r"'\*\*'"),
    ('a = [*b]', r"'\*'"),
    ('a = [b for b in c]', "'for'"),
    ('a = lambda: 1', "'lambda'"),
    ('a = 1 + 1', r"'\+'"),
    ('a = 1 - 1', "'-'"),
    ('a = - -1', "'-'"),
    ('a = -"b"', 'UnaryOp'),
    ('a = f"{1}"', "'f\"{1}\"'|found"),
    ('a = rf"{1}"', 'found'),
    ('a = 1 if 1 else 2', "'if'"),
    ('a = (b := 1)', "':='"),
    ('a = ...', r"'\.\.\.'"),
    ('a: int = 1', 'AnnAssign'),
    ('a = b = 1', 'Assign'),
    ('a, b = 1, 2', 'Assign'),
    ('a', 'Expr'),
    ('class A: pass', "'class'"),
    ('@a', "'@'"),
    ('a = 1; b = 2', "';'"),
    ('a = 1\na = 2', 'line 2: a has two values'),
    ('a = dict(b=1, b=2)', "'b'|repeated"),
    ('a = {"b": 1, "b": 2}', "'b' has two values"),
    ('a = {[]: 1}', 'List'),
    ('a = "b\0"', 'null'),
    ('a = "\ud800"', 'expected only literals'),
    ('a = (1', 'expected only literals'),
    (' a = 1', 'expected only literals'),
    ('a = ' + '9' * 5000, 'expected only literals'),
    ('a = ' + '[' * 61 + ']' * 61, r"'\['"),
    ('#' * 2**20 + '#', 'characters'),
])
def test_anything_else_is_refused(text, reason):
    with pytest.raises(ValueError, match=reason):
        read_literal_config(text)


@pytest.mark.parametrize('text', [
    'a = ' + '(' * 300000, 'a = ' + '-' * 300000 + '1',
    'a = ' + '+'.join(['1'] * 99999), 'a = b' + '.c' * 300000,
    'a = b' + '[0]' * 200000, 'a = dict' + '()' * 200000,
    'a = ' + 'not ' * 200000 + '1', 'a = f"{b' + '.c' * 300000 + '}"',
    'a = ' + ' if 1 else '.join('1' * 50000), 'a = ' + 'lambda:' * 99999 + '1'
])  # yapf: disable
def test_no_text_overflows_the_stack(text):
    """It would, where Python parses it."""
    with pytest.raises(ValueError, match='expected only literals'):
        read_literal_config(text)
