"""What the functional package may import."""
import ast
import pathlib

import pytest

import projects_move.functional as F

FILES = sorted(pathlib.Path(F.__file__).parent.glob('*.py'))
ALLOWED = {
    'torch', 'numpy', 'typing', 'math', 'functools', 'inspect', 'jaxtyping'
}
RANDOM = {
    'rand', 'randn', 'randint', 'randperm', 'rand_like', 'randn_like',
    'randint_like', 'normal', 'multinomial', 'bernoulli', 'dropout', 'Beta',
    'normal_', 'uniform_', 'random_', 'bernoulli_', 'exponential_'
}


def imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split('.')[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module.split('.')[0]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 1, f'line {node.lineno} leaves the package'


@pytest.mark.parametrize('path', FILES, ids=lambda path: path.stem)
def test_imports_nothing_of_a_framework(path):
    assert set(imported(ast.parse(path.read_text()))) <= ALLOWED


@pytest.mark.parametrize('path', FILES, ids=lambda path: path.stem)
def test_draws_nothing_and_owns_nothing(path):
    for node in ast.walk(ast.parse(path.read_text())):
        name = getattr(node, 'attr', getattr(node, 'id', None))
        assert name not in RANDOM, f'line {node.lineno}: {name}'
        if isinstance(node, ast.ClassDef):  # a gradient may be one
            assert [ast.unparse(base) for base in node.bases
                    ] == ['torch.autograd.Function'], f'line {node.lineno}'


@pytest.mark.parametrize('name', F.__all__)
def test_every_function_has_an_example(name):
    assert '>>> ' in getattr(F, name).__doc__


def test_check_sees_an_import(tmp_path):
    tree = ast.parse('import torch\nfrom mmengine.model import BaseModule')
    assert set(imported(tree)) == {'torch', 'mmengine'}
