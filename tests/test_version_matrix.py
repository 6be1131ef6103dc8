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
