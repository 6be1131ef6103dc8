"""The bounds in setup.cfg are the ends of the matrix of tested versions."""
import configparser
from pathlib import Path

from packaging.requirements import Requirement
from packaging.version import Version

from tests import version_matrix

ROOT = Path(__file__).parents[1]
CELLS = version_matrix.CELLS
CONFIG = configparser.ConfigParser()
CONFIG.read(ROOT / 'setup.cfg')


def requirements():
    """Of the package and of its tests, which the matrix installs."""
    lines = (CONFIG['options']['install_requires'] +
             CONFIG['options.extras_require']['tests'] + '\n' +
             CONFIG['options.extras_require']['lite']).splitlines()
    return [Requirement(x) for x in lines if x and not x.startswith('#')]


def bounds(operator):
    return {
        each.name: Version(bound.version)
        for each in requirements()
        for bound in each.specifier if bound.operator == operator
    }


def pinned(name):
    return [Version(pins[name]) for pins in CELLS.values() if name in pins]


def test_lower_bounds_are_tested():
    oldest = {
        name: Version(version)
        for name, version in CELLS['oldest'].items() if name != 'python'
    }
    assert oldest == bounds('>=')
    for name, version in oldest.items():
        assert version == min(pinned(name))


def test_upper_bounds_are_next_to_the_newest_tested_version():
    for name, upper in bounds('<').items():
        newest = max(pinned(name))
        after = {f'{newest.major + 1}', f'{newest.major}.{newest.minor + 1}'}
        assert str(upper) in after or str(upper)[:-2] in after, name


def test_pythons_are_tested():
    pythons = [pins['python'] for pins in CELLS.values()]
    assert CONFIG['options']['python_requires'] == f'>={pythons[0]}'
    declared = [
        line.rpartition(' ')[2]
        for line in CONFIG['metadata']['classifiers'].splitlines()
        if 'Python :: 3.' in line
    ]
    assert declared == list(dict.fromkeys(pythons))


def test_tests_exist():
    assert all((ROOT / test).exists() for test in version_matrix.TESTS)


def test_missing_python_is_listed(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(version_matrix, 'CELLS', {'far': {'python': '3.999'}})
    assert version_matrix.main(['--work-dir', str(tmp_path)]) == 1
    assert '| not run: no python3.999 |' in capsys.readouterr().out


def test_passed_cells_are_kept(tmp_path, monkeypatch, capsys):
    runs = []
    monkeypatch.setattr(version_matrix, 'CELLS', {'a': {'python': '3.9'}})
    monkeypatch.setattr(
        version_matrix, 'run_cell', lambda *args: runs.append(args) or
        {'outcome': 'passed' if len(runs) > 1 else 'failed'})
    codes = [
        version_matrix.main(['--work-dir', str(tmp_path)]) for _ in range(3)
    ]
    assert (codes, len(runs)) == ([1, 0, 0], 2)
    version_matrix.main(['--work-dir', str(tmp_path), '--full'])
    assert len(runs) == 3  # other tests


def test_first_failure_is_named(tmp_path):
    (tmp_path / 'tests.xml').write_text(
        '<testsuites><testsuite tests="4" failures="1" errors="1" skipped="1" '
        'time="2.4"><testcase classname="x" name="a"/><testcase '
        'classname="x" name="b"><failure message="3 != 4&#10;more"/>'
        '</testcase></testsuite></testsuites>')
    counts = version_matrix._counts(tmp_path)
    assert [counts[x] for x in ('passed', 'failed', 'skipped')] == [1, 2, 1]
    assert counts['outcome'] == 'x::b: 3 != 4'
