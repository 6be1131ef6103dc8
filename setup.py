"""Metadata is in setup.cfg; only the choice between mmcv and mmcv-lite, which
own the same files, depends on the environment."""
import configparser
import sys
import sysconfig
from pathlib import Path
from setuptools import setup
from typing import Iterable, List

MMCV_LITE = 'mmcv-lite>=2.1.0,<2.2.0'


def target_site_dirs() -> List[Path]:
    """Site directories of the environment that is installed into, also from
    within an isolated build."""
    version = f'python{sys.version_info.major}.{sys.version_info.minor}'
    dirs = {Path(path) for path in sys.path if path.endswith('-packages')}
    for scheme in ('purelib', 'platlib'):
        dirs.add(Path(sysconfig.get_path(scheme)))
    for prefix in {sys.prefix, Path(sys.executable).parent.parent}:
        dirs.add(Path(prefix) / 'lib' / version / 'site-packages')
        dirs.add(Path(prefix) / 'Lib' / 'site-packages')
    return sorted(dirs)


def mmcv_requirement(site_dirs: Iterable[Path]) -> List[str]:
    """Nothing where a full mmcv is installed, else mmcv-lite."""
    for folder in site_dirs:
        if any(folder.glob('mmcv-[0-9]*.dist-info')):
            return []
    return [MMCV_LITE]


def declared_requirements() -> List[str]:
    """``install_requires`` of setup.cfg, which an argument of ``setup``
    would otherwise replace."""
    config = configparser.ConfigParser()
    config.read(Path(__file__).with_name('setup.cfg'))
    lines = config['options']['install_requires'].splitlines()
    return [line for line in lines if line and not line.startswith('#')]


if __name__ == '__main__':
    setup(install_requires=declared_requirements() +
          mmcv_requirement(target_site_dirs()))
