"""Folders that a user may name, and the names of their methods."""
from pathlib import Path

import pytest

from projects_move.errors import InputError, MissingInputError
from projects_move.visualization.report.method_names import method_names
from projects_move.visualization.report.run_folders import find_methods


def make(folder, *runs, result='test'):
    for run in runs:
        path = Path(folder, run, result)
        path.mkdir(parents=True)
        (path / 'metrics.json').write_text('{}')


def found(*arguments):
    return [(method.name, [(run.seed, run.results and run.results.name)
                           for run in method.folders])
            for method in find_methods(list(map(str, arguments)))]


@pytest.fixture
def folder(tmp_path):
    make(tmp_path / 'all', 'b/seed10', 'b/seed2', 'a/seed0', 'single')
    (tmp_path / 'all/b/seed3').mkdir()
    (tmp_path / 'all/other').mkdir()
    return tmp_path / 'all'


def test_each_form_of_a_folder(folder):
    b = ('b', [(2, 'test'), (3, None), (10, 'test')])
    assert found(folder) == [('a', [(0, 'test')]), b,
                             ('single', [(None, 'test')])]
    assert found(folder / 'b') == [b]
    assert found(folder / 'b/seed2') == [('b', [(2, 'test')])]
    assert found(folder / 'b/seed2/test') == [('b', [(2, 'test')])]
    assert found(folder / 'single') == [('single', [(None, 'test')])]


def test_runs_of_one_name_are_seeds_of_one_method(folder):
    assert found(folder / 'b/seed2',
                 folder / 'b/seed10') == [('b', [(2, 'test'), (10, 'test')])]
    assert found(f'M={folder}/a/seed0',
                 f'M={folder}/b/seed2') == [('M', [(0, 'test'), (2, 'test')])]


def test_a_test_comes_before_a_validation(tmp_path):
    make(tmp_path, 'a', result='val')
    assert found(tmp_path / 'a') == [('a', [(None, 'val')])]
    make(tmp_path, 'a')
    assert found(tmp_path / 'a') == [('a', [(None, 'test')])]
    assert found(tmp_path / 'a/val') == [('a', [(None, 'val')])]


def test_a_folder_with_an_equals_sign(tmp_path):
    make(tmp_path, 'a+ratio=0.1')
    assert found(tmp_path / 'a+ratio=0.1')[0][0] == 'a+ratio=0.1'


@pytest.mark.parametrize('arguments, reason', [
    (['none'], 'there is no folder'),
    (['all/other'], r'other: expected a run with test/metrics.json'),
    (['M=all'], 'expected the runs of one method, found 3'),
    (['=all'], "expected PATH or NAME=PATH, found '=all'"),
    (['M='], "expected PATH or NAME=PATH, found 'M='"),
    (['all/single', 'all/single'], 'expected another seed than that of'),
    (['M=all/a/seed0', 'M=copy/seed0'], 'expected another seed than that of'),
])
def test_other_arguments(folder, monkeypatch, arguments, reason):
    make(folder.parent / 'copy', 'seed0')
    monkeypatch.chdir(folder.parent)
    with pytest.raises(InputError, match=reason):
        found(*arguments)


def test_a_missing_folder_is_a_missing_input(tmp_path):
    with pytest.raises(MissingInputError):
        found(tmp_path / 'none')


def test_names_keep_what_differs():

    def named(*names, parent='w'):
        return method_names([(name, Path(parent) / name) for name in names])

    assert named('move_tsm_adam_a', 'base_tsm_sgd_a+ldam+x_y') == [
        'move_adam', 'base_sgd+ldam+x_y'
    ]
    assert named('a_b', 'a_b_c') == ['a_b', 'a_b_c']
    assert named('a_b', 'a_b+ldam') == ['a', 'a+ldam']
    assert named('a_b') == ['a_b']
    keys = [('x', Path('one/x')), ('x', Path('two/x')), ('G_h', Path())]
    assert method_names(keys) == ['one/x', 'two/x', 'G_h']
    with pytest.raises(InputError, match="two methods have the name 'w/a'"):
        method_names([('a', Path('one/w/a')), ('a', Path('two/w/a'))])
