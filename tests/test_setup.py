"""What ``pip install`` asks for."""
import configparser
import importlib.util
from pathlib import Path
from unittest import mock

import pytest

from projects_move.compat import require_mmcv

ROOT = Path(__file__).parents[1]
SPEC = importlib.util.spec_from_file_location('setup_py', ROOT / 'setup.py')
setup_py = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(setup_py)


@pytest.mark.parametrize('installed, asked', [
    ([], [setup_py.MMCV_LITE]),
    (['mmcv_lite-2.1.0.dist-info'], [setup_py.MMCV_LITE]),
    (['mmcv-2.1.0.dist-info'], []),
    (['mmcv-2.0.1.dist-info', 'torch-2.0.dist-info'], []),
])
def test_lite_only_without_a_full_mmcv(tmp_path, installed, asked):
    for name in installed:
        (tmp_path / name).mkdir()
    assert setup_py.mmcv_requirement([tmp_path, tmp_path / 'x']) == asked


def test_declared_requirements_are_kept():
    declared = setup_py.declared_requirements()
    assert 'mmaction2>=1.2.0,<1.3' in declared
    assert not any(line.startswith('mmcv') for line in declared)


def test_extras():
    config = configparser.ConfigParser()
    config.read(ROOT / 'setup.cfg')
    extras = config['options.extras_require']
    assert extras['full'] == 'mmcv>=2.1.0,<2.2.0'
    assert extras['lite'] == setup_py.MMCV_LITE
    tests = extras['tests'].splitlines()
    for name in ('timm', 'lite0', 'torchvision', 'report'):
        assert set(extras[name].splitlines()) <= set(tests)


def test_missing_mmcv_names_both_extras():
    with mock.patch('importlib.util.find_spec', return_value=None):
        with pytest.raises(ImportError, match=r'\[lite\].*\[full\]'):
            require_mmcv()
