"""Tests in fresh environments with the oldest and newest supported versions.

    python -m tests.version_matrix --work-dir DIR
    python -m tests.version_matrix --work-dir DIR oldest newest --full

For each cell, ``tools/install.sh tests`` installs this checkout with the
versions below, and pytest runs the tests that depend on versions, or all
tests with ``--full``. DIR gets ``table.md``, and for each cell the log and
the versions of all packages. A cell that passed is not run again; one that
failed or was interrupted is, with ``--keep`` in the same environment if that
is complete. Each Python is looked up on the path as ``python3.N``. torch may
come with gigabytes of CUDA libraries: set PIP_EXTRA_INDEX_URL to an index of
CPU builds to avoid this.

The exit status is 1 unless all cells passed.
"""
import argparse
import json
import os
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# tests/test_version_matrix.py compares these with the bounds in setup.cfg
CELLS = {
    'oldest': {
        'python': '3.10',
        'torch': '2.7.0',
        'torchvision': '0.22.0',
        'numpy': '1.24.0',
        'mmengine': '0.10.6',
        'mmaction2': '1.2.0',
        'mmcv-lite': '2.1.0',
        'jaxtyping': '0.2.36',
        'setuptools': '77.0.3',
        'av': '15.1.0',
        'pillow': '9.4.0',
        'timm': '1.0.21',
        'transformers': '4.56.0',
        'sphinx': '7.4.0',
        'myst-parser': '3.0.0',
        'plotly': '5.18.0',
        'jinja2': '3.1.0',
        'decord': '0.6.0',
        'onnxruntime': '1.22.0',
    },
    'python-3.11': {
        'python': '3.11',
        'torch': '2.13.0',
    },
    'last-numpy-1': {
        'python': '3.12',
        'torch': '2.10.0',
        'torchvision': '0.25.0',
        'numpy': '1.26.4',
        'mmengine': '0.10.6',
    },
    'python-3.13': {
        'python': '3.13',
        'torch': '2.14.1',
        'torchvision': '0.29.1',
        'numpy': '2.1.0',
    },
    'newest': {
        'python': '3.14',
        'torch': '2.15.0',
        'torchvision': '0.29.2',
        'numpy': '2.4.6',
        'mmengine': '0.10.7',
        'mmaction2': '1.2.0',
        'mmcv-lite': '2.1.0',
        'setuptools': '80.8.0',
        'av': '19.0.2',
    },
}
TESTS = ('tests/test_compat.py', 'tests/test_setup.py', 'tests/functional',
         'tests/test_new_style_config.py', 'tests/test_golden_trainings.py',
         'tests/datasets/videos', 'tests/models/backbones',
         'tests/checkpoint_files', 'tests/engine/hooks/test_resume.py',
         'tests/apis/test_checkpoints.py', 'tests/apis/test_onnx_export.py',
         'tests/apis/prediction/test_stock_inferencers.py')
COLUMNS = ('python', 'torch', 'torchvision', 'numpy', 'mmengine', 'mmaction2',
           'mmcv-lite', 'av', 'timm', 'transformers', 'setuptools')
TIME_LIMIT = 3 * 3600  # seconds for the tests of a cell


def run_cell(pins: dict, folder: Path, tests: tuple, keep: bool) -> dict:
    """Install and test one cell, and delete its environment."""
    python = shutil.which(f'python{pins["python"]}')
    if python is None:
        return {'outcome': f'not run: no python{pins["python"]}'}
    environment, log = folder / 'venv', folder / 'log.txt'
    variables = dict(os.environ, VIRTUAL_ENV=str(environment))
    variables['PATH'] = f'{environment}/bin{os.pathsep}{os.environ["PATH"]}'
    variables['PIP_CONSTRAINT'] = str(folder / 'constraints.txt')
    variables['OMP_NUM_THREADS'] = '1'
    variables.pop('PYTHONPATH', None)

    def run(*command, **kwargs) -> int:
        with open(log, 'a') as output:
            return subprocess.run(
                command,
                cwd=ROOT,
                env=variables,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                **kwargs).returncode

    installed = folder / 'installed.json'  # written after a whole install
    pins_text = json.dumps(pins)
    ready = environment.exists() and installed.exists() and (
        installed.read_text() == pins_text)
    try:
        if not ready:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            (folder /
             'constraints.txt').write_text(''.join(f'{k}=={v}\n'
                                                   for k, v in pins.items()
                                                   if k != 'python'))
            if (run(python, '-m', 'venv', environment)
                    or run('bash', 'tools/install.sh', 'tests')):
                return {'outcome': f'not installed: {_last_line(log)}'}
            installed.write_text(pins_text)
        (folder / 'tests.xml').unlink(missing_ok=True)
        run(environment / 'bin/python',
            '-m',
            'pytest',
            '-q',
            '-p',
            'no:cacheprovider',
            f'--junitxml={folder}/tests.xml',
            *tests,
            timeout=TIME_LIMIT)
        return dict(_installed(environment, folder), **_counts(folder))
    except subprocess.TimeoutExpired:
        return {'outcome': f'not finished in {TIME_LIMIT} s'}
    finally:
        if not (keep and installed.exists()):
            shutil.rmtree(environment, ignore_errors=True)


def _installed(environment: Path, folder: Path) -> dict:
    """Versions of the packages and of Python; all of them in a file."""
    python = environment / 'bin/python'
    frozen = subprocess.check_output(
        [python, '-m', 'pip', 'list', '--format=json'], text=True)
    versions = {
        each['name'].lower(): each['version']
        for each in json.loads(frozen)
    }
    versions['python'] = subprocess.check_output(
        [python, '-c', 'import platform; print(platform.python_version())'],
        text=True).strip()
    (folder / 'versions.json').write_text(json.dumps(versions, indent=1))
    return {name: versions.get(name, '-') for name in COLUMNS}


def _counts(folder: Path) -> dict:
    """Numbers of tests by outcome, and the first failure."""
    file = folder / 'tests.xml'
    if not file.exists():
        return {'outcome': f'crashed: {_last_line(folder / "log.txt")}'}
    suite = ElementTree.parse(file).getroot().find('testsuite')
    tests, skipped = int(suite.get('tests')), int(suite.get('skipped'))
    failed = int(suite.get('failures')) + int(suite.get('errors'))
    counts = {
        'passed': tests - failed - skipped,
        'failed': failed,
        'skipped': skipped,
        'seconds': round(float(suite.get('time'))),
        'outcome': 'failed' if failed else 'passed',
    }
    for case in suite.iter('testcase'):
        fault = case.find('failure')
        fault = case.find('error') if fault is None else fault
        if fault is not None:
            message = fault.get('message', '').splitlines() or ['']
            counts['outcome'] = (f'{case.get("classname")}::'
                                 f'{case.get("name")}: {message[0][:120]}')
            break
    return counts


def _last_line(file) -> str:
    lines = Path(file).read_text(errors='replace').split('\n')
    return next((line for line in reversed(lines) if line.strip()), 'no log')


def commit() -> str:
    command = 'git', 'describe', '--always', '--dirty'
    return subprocess.check_output(command, cwd=ROOT, text=True).strip()


def table(results: dict) -> str:
    """One row for each cell, in Markdown."""
    columns = (*COLUMNS, 'passed', 'failed', 'skipped', 'seconds', 'commit',
               'outcome')
    lines = [('cell', *columns), ('---', ) * (len(columns) + 1)]
    for name, result in results.items():
        cells = [str(result.get(column, '')) for column in columns]
        lines.append((name, *(cell.replace('|', r'\|') for cell in cells)))
    return ''.join(f'| {" | ".join(line)} |\n' for line in lines)


def main(argv=None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument('cells', nargs='*', help=', '.join(CELLS))
    parser.add_argument('--work-dir', type=Path, required=True)
    parser.add_argument('--full', action='store_true', help='all tests')
    parser.add_argument('--keep', action='store_true', help='see above')
    args = parser.parse_args(argv)
    if set(args.cells) - set(CELLS):
        parser.error(f'expected cells of {", ".join(CELLS)}')
    tests = () if args.full else TESTS
    names, results = args.cells or list(CELLS), {}
    for name, pins in CELLS.items():
        file = args.work_dir.resolve() / name / 'result.json'
        asked = {'pins': pins, 'tests': list(tests)}
        result = json.loads(file.read_text()) if file.exists() else {}
        if result.get('asked') != asked:
            result = {'outcome': 'not run'}
        if name in names and result['outcome'] != 'passed':
            print(f'{name} ...', file=sys.stderr, flush=True)
            result = dict(
                run_cell(pins, file.parent, tests, args.keep),
                commit=commit(),
                asked=asked)
            file.parent.mkdir(parents=True, exist_ok=True)
            draft = file.with_suffix('.draft')
            draft.write_text(json.dumps(result, indent=1))
            draft.replace(file)
        results[name] = result
    (args.work_dir / 'table.md').write_text(table(results))
    print(table(results), end='')
    return int(any(results[name]['outcome'] != 'passed' for name in names))


if __name__ == '__main__':
    sys.exit(main())
