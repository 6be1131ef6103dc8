"""Build steps that depend on the environment; all metadata is in setup.cfg.

mmcv and mmcv-lite have the same files. pip builds a checkout or an sdist on
the machine where it is installed. There, mmcv-lite is required only if the
full mmcv is not installed. A wheel from ``python -m build`` always requires
mmcv-lite. To use the full mmcv, install the sdist.
"""
import configparser
import shutil
import sys
import sysconfig
from contextlib import suppress
from pathlib import Path
from setuptools import setup
from setuptools.command.build_py import build_py
from typing import Iterable, List

ROOT = Path(__file__).resolve().parent
MMCV_LITE = 'mmcv-lite>=2.1.0,<2.2.0'
SHIPPED = ('configs', 'tools', 'model-index.yml')
CHECKOUT_ONLY = ('__pycache__', 'results', 'install.sh', 'quickstart.sh',
                 'run_tests.sh')


class BuildWithConfigs(build_py):
    """Copies configs and tools to ``projects_move/.mim``, where mim and
    MMEngine look for them; an editable install has links."""

    def run(self) -> None:
        super().run()
        root = ROOT if self.editable_mode else Path(self.build_lib)
        target = root / 'projects_move' / '.mim'
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        for name in SHIPPED:
            if self.editable_mode:
                with suppress(OSError):  # links may need privileges
                    (target / name).symlink_to(Path('..', '..', name))
            elif (ROOT / name).is_dir():
                shutil.copytree(
                    ROOT / name,
                    target / name,
                    ignore=shutil.ignore_patterns(*CHECKOUT_ONLY))
            else:
                shutil.copy2(ROOT / name, target / name)


def target_site_dirs() -> List[Path]:
    """Site directories of the target environment, also in an isolated
    build."""
    version = f'python{sys.version_info.major}.{sys.version_info.minor}'
    dirs = {Path(path) for path in sys.path if path.endswith('-packages')}
    for scheme in ('purelib', 'platlib'):
        dirs.add(Path(sysconfig.get_path(scheme)))
    for prefix in {sys.prefix, Path(sys.executable).parent.parent}:
        dirs.add(Path(prefix) / 'lib' / version / 'site-packages')
        dirs.add(Path(prefix) / 'Lib' / 'site-packages')
    return sorted(dirs)


def mmcv_requirement(site_dirs: Iterable[Path]) -> List[str]:
    """mmcv-lite, or nothing if a full mmcv is installed."""
    for folder in site_dirs:
        if any(folder.glob('mmcv-[0-9]*.dist-info')):
            return []
    return [MMCV_LITE]


def declared_requirements() -> List[str]:
    """``install_requires`` of setup.cfg, because the argument of ``setup``
    replaces it."""
    config = configparser.ConfigParser()
    config.read(ROOT / 'setup.cfg')
    lines = config['options']['install_requires'].splitlines()
    return [line for line in lines if line and not line.startswith('#')]


if __name__ == '__main__':
    setup(
        cmdclass=dict(build_py=BuildWithConfigs),
        install_requires=declared_requirements() +
        mmcv_requirement(target_site_dirs()))
