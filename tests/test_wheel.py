"""The package without its checkout: an sdist, the wheel built from it, and a
fresh environment that has the dependencies of the running one."""
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[1]
CONFIG = 'baseline_logmel_adam-50e_fsdd-feature'
FOLDERS = 'projects_move', 'configs', 'tools'
PROBE = '''
import json
from mmengine.hub import get_config
import projects_move
from projects_move import *
path = find_config('move_tsm_adam-100e_videolt-feature')
hub = get_config(f'projects_move::videolt/{path.name}')
print(json.dumps([projects_move.__file__, str(path), hub.filename,
                  [name for name in projects_move.__all__
                   if name in globals()]]))
'''
MIM = '-c', 'from mim.cli import cli; cli()'
TINY = [
    '--cfg-options', 'train_cfg.max_epochs=1', *[
        f'{split}_dataloader.{option}' for split in ('train', 'val', 'test')
        for option in ('num_workers=0', 'persistent_workers=False')
    ]
]


def call(*args, python=sys.executable, cwd=None, **variables):
    """Output of a Python command that does not see the checkout."""
    environment = dict(os.environ, OMP_NUM_THREADS='1', **variables)
    environment.pop('PYTHONPATH', None)
    done = subprocess.run([str(python), *map(str, args)],
                          cwd=cwd,
                          env=environment,
                          capture_output=True,
                          text=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope='module')
def built(tmp_path_factory):
    """Unpacked sdist, and the wheel that is built from it."""
    folder = tmp_path_factory.mktemp('built')
    source = folder / 'source'
    for name in FOLDERS:
        shutil.copytree(
            ROOT / name,
            source / name,
            ignore=shutil.ignore_patterns('__pycache__', '.mim'))
    for path in ROOT.iterdir():
        if path.is_file():
            shutil.copy(path, source)
    links = source / 'projects_move' / '.mim'  # of an editable install
    links.mkdir()
    (links / 'configs').symlink_to('../../configs')
    call('setup.py', '-q', 'sdist', '--dist-dir', folder, cwd=source)
    archive, = folder.glob('*.tar.gz')
    with tarfile.open(archive) as file:
        file.extractall(folder / 'sdist')
    sdist, = (folder / 'sdist').iterdir()
    call('-m', 'pip', 'wheel', '-q', '--no-deps', '--no-build-isolation',
         '--wheel-dir', folder, sdist)
    wheel, = folder.glob('*.whl')
    return sdist, wheel


@pytest.fixture(scope='module')
def python(built, tmp_path_factory):
    """Interpreter of an environment with the wheel.

    Python reads no .pth file of a folder that is itself named in one, so an
    editable install of the running environment stays hidden.
    """
    folder = tmp_path_factory.mktemp('environment')
    venv.create(folder, symlinks=True)
    python = folder / 'bin' / 'python'
    where = 'import sysconfig; print(sysconfig.get_path("purelib"))'
    site = Path(call('-c', where, python=python).strip())
    (site / 'dependencies.pth').write_text('\n'.join(
        path for path in sys.path if path.endswith('-packages')))
    call('-m', 'pip', 'install', '-q', '--no-deps', '--no-index',
         '--ignore-installed', '--target', site, built[1])
    return python


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    """Twenty videos of ten classes, as the FSDD configs expect them."""
    folder = tmp_path_factory.mktemp('data')
    rng = np.random.default_rng(0)
    (folder / 'feat').mkdir()
    for i in range(20):
        np.save(folder / 'feat' / f'v{i}.npy',
                rng.standard_normal((6 + i % 3, 64)).astype(np.float32))
    (folder / 'classes.txt').write_text('\n'.join(map(str, range(10))))
    for name in ('train_lt0.05.lst', 'test.lst'):
        (folder / name).write_text(''.join(f'v{i} {i % 10}\n'
                                           for i in range(20)))
    return folder


def test_sdist_and_wheel_carry_configs_and_tools(built):
    sdist, wheel = built
    assert not (sdist / 'projects_move' / '.mim').exists()
    names = zipfile.ZipFile(wheel).namelist()
    for folder in FOLDERS[1:]:
        shipped = {
            str(path.relative_to(ROOT))
            for path in (ROOT / folder).rglob('*.py')
        }
        assert shipped and all((sdist / name).is_file() for name in shipped)
        assert shipped <= {name[len('projects_move/.mim/'):] for name in names}
    assert all(name.startswith('projects_move') for name in names)
    pages = {
        str(path.relative_to(ROOT))
        for path in (ROOT / 'projects_move').rglob('page.*')
        if path.suffix != '.pyc'
    }
    assert len(pages) == 4 and pages <= set(names)  # py, html, css, js


def test_names_and_configs(python, tmp_path):
    text = call('-W', 'ignore', '-c', PROBE, python=python, cwd=tmp_path)
    file, path, hub, names = json.loads(text.splitlines()[-1])
    package = Path(file).parent
    assert python.parents[1] in package.parents
    assert package / '.mim' / 'configs' in Path(path).parents
    assert Path(path) == Path(hub)
    assert {'LongTailInferencer', 'LongTailMetric', 'functional'} <= set(names)
    assert len(names) >= 12


def test_trains_and_tests_a_config_by_name(python, folder):

    def run(tool, *args):
        return call(
            *('-W', 'ignore', '-m', 'projects_move', tool, CONFIG, *args),
            *('--method', 'focal', *TINY),
            python=python,
            cwd=folder,
            FSDD=str(folder))

    run('train', '--work-dir', 'own')
    config = (folder / 'own' / f'{CONFIG}.py').read_text()
    assert 'SigmoidFocalLoss' in config
    assert 'long_tail/mAP' in run('test', 'own/epoch_1.pth')


def test_unknown_tool(python, folder):
    with pytest.raises(AssertionError, match="expected a tool in .*'trian'"):
        call('-m', 'projects_move', 'trian', python=python, cwd=folder)


@pytest.mark.skipif(
    importlib.util.find_spec('mim') is None, reason='needs openmim')
@pytest.mark.parametrize('package', ['projects_move', 'mmaction'])
def test_mim(python, folder, package):
    site, = python.parents[1].glob('**/projects_move/.mim')
    config = f'{CONFIG}.py'
    if package == 'mmaction':
        config = site / 'configs' / 'fsdd' / config

    def run(command, *args):
        return call(
            *(*MIM, command, package, config, '--gpus', '0', *args, *TINY),
            python=python,
            cwd=folder,
            FSDD=str(folder))

    run('train', '--work-dir', package)
    text = run('test', '--checkpoint', f'{package}/epoch_1.pth')
    assert 'Testing finished successfully' in text
