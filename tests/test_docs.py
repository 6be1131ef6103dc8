"""Paths, flags, links, code and limits of the README and of docs/."""
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path
from typing import Iterator, List, Set, Tuple

import mmaction
import mmengine.registry
import pytest
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.registry import Registry

from tests.conftest import ROOT
from tests.pages import PAGES, README, blocks

by_path = pytest.mark.parametrize(
    'page', PAGES, ids=lambda page: str(page.relative_to(ROOT)))

TOOL = re.compile(r'(?:\./)?(tools/[\w/]+\.(?:py|sh))')
FLAG = re.compile(r'(?<!\S)(--[a-z][\w-]*)')
PATH = re.compile(r'(?<![\w/.-])((?:configs|docs|tests|tools|projects_move)/'
                  r'[\w./*{},=-]*[\w*}/])')


def test_readme_is_short():
    text = README.read_text()
    assert len(text.split()) <= 900
    assert max(map(len, text.splitlines())) <= 120
    assert len([line for line in blocks(README, 'python')[0].split('\n')
                if line]) <= 10  # yapf: disable


@pytest.mark.parametrize('name', [
    'README.md', 'docs/add-a-method.md', 'docs/extending.md',
    'docs/prediction.md'
])  # yapf: disable
def test_python_runs(name, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr('tempfile.tempdir', str(tmp_path))
    names = {}
    try:
        for block in blocks(ROOT / name, 'python'):
            exec(compile(block, f'<{name}>', 'exec'), names)
        if name == 'README.md':
            assert 'loss_cls' in capsys.readouterr().out
    finally:  # classes of an example are registered for its page only
        for each in filter(lambda value: isinstance(value, type),
                           names.values()):
            if each.__module__ == 'builtins':
                for registry in registries():
                    registry._module_dict.pop(each.__name__, None)


@pytest.mark.parametrize('name, place', [
    ('docs/configs.md', 'my_config.py'),
    ('docs/stock_config.md', 'configs/recognition/tsm/my_config.py'),
])
def test_configs_build(name, place, tmp_path):
    shutil.copytree(
        Path(mmaction.__file__).parent / '.mim/configs',
        tmp_path / 'configs',
        ignore=shutil.ignore_patterns('*.yml', 'README*', 'detection'))
    shutil.copytree(
        ROOT / 'configs/_base_',
        tmp_path / 'configs/_base_',
        dirs_exist_ok=True)
    block, = blocks(ROOT / name, 'python')
    path = tmp_path / place
    path.write_text(block)
    MODELS.build(Config.fromfile(path).model)


@by_path
def test_paths_exist(page):
    wrong = []
    for path in PATH.findall(page.read_text()):
        for each in expand_braces(path.rstrip('.')):
            if '{' not in each and not list(ROOT.glob(each.rstrip('/'))):
                wrong.append(each)
    assert not wrong


def expand_braces(path: str) -> Iterator[str]:
    """As a shell does: ``{a,b}_c`` is ``a_c`` and ``b_c``.

    A placeholder without a comma, such as ``{model}``, stays.
    """
    parts = re.split(r'(\{[^{}]*,[^{}]*\})', path)
    choices = [
        part[1:-1].split(',') if part[:1] == '{' and ',' in part else [part]
        for part in parts
    ]
    return map(''.join, product(*choices))


@by_path
def test_links_resolve(page):
    text = re.sub(r'^```.*?^```', '', page.read_text(), flags=re.S | re.M)
    for target in re.findall(r'\]\(([^)\s]+)\)', text):
        if target.startswith(('http:', 'https:')):
            continue
        path, _, anchor = target.partition('#')
        file = page.parent / path if path else page
        assert file.exists(), target
        if anchor:
            assert anchor in headings(file), target


def headings(page: Path) -> List[str]:
    """Anchors of the headings of a page, as GitHub makes them."""
    found = re.findall(r'^#+ (.*)$', page.read_text(), re.MULTILINE)
    return [
        re.sub(r'[^\w\- ]', '', title.lower()).replace(' ', '-')
        for title in found
    ]


def commands(page: Path) -> Iterator[Tuple[Tuple[str, ...], List[str]]]:
    """Each call of a tool in the shell blocks of a page, with the word after
    it, which may be a subcommand, and the flags after it. Those before it
    are of a launcher."""
    for block in blocks(page, '(?:shell|bash)'):
        for line in block.replace('\\\n', ' ').split('\n'):
            for command in re.split(r'&&|;|\|', re.split(r'\s# ', line)[0]):
                call = re.search(rf'{TOOL.pattern}(?: ([a-z_0-9]+)(?!\S))?',
                                 command)
                if call:
                    flags = FLAG.findall(command[call.start():])
                    yield call.groups(''), flags


def test_flags_exist():
    """Each flag is in the help of its tool; one in the text, of any tool."""
    calls = {call for page in PAGES for call, flags in commands(page)}
    missing = [tool for tool, _ in calls if not (ROOT / tool).is_file()]
    assert not missing
    parsers = [call for call in calls if call[0].endswith('.py')]
    with ThreadPoolExecutor(2) as pool:
        known = dict(zip(parsers, pool.map(flags_of, parsers)))
    wrong = [(page.name, call, flag) for page in PAGES
             for call, flags in commands(page) if call in known
             for flag in set(flags) - known[call]]
    known = set().union(*known.values())
    for script in (ROOT / 'tools').rglob('*.sh'):
        known.update(re.findall(r'^\s*(--[\w-]+)\)', script.read_text(), re.M))
    wrong += [(page.name, flag) for page in PAGES
              for flag in re.findall(r'`(--[\w-]+)[^`]*`', page.read_text())
              if flag not in known]
    assert not wrong


def test_methods_exist():
    methods = {path.stem for path in ROOT.glob('configs/_base_/methods/*.py')}
    for page in PAGES:
        text = page.read_text()
        named = re.findall(r'--method (?!NAME|CONFIG)(\w+)(?![\w.])', text)
        assert set(named) <= methods, page
    listed = re.findall(r'^\| (`.*?) \|',
                        (ROOT / 'docs/methods.md').read_text(), re.MULTILINE)
    assert set(re.findall(r'`(\w+)`', ' '.join(listed))) == methods


def flags_of(call: Tuple[str, str]) -> Set[str]:
    """Flags in the help of a tool, or of its subcommand."""
    command = [sys.executable, '-W', 'ignore', *filter(None, call), '--help']
    done = subprocess.run(command, cwd=ROOT, text=True, capture_output=True)
    assert done.returncode == 0, done.stderr
    return set(re.findall(r'--[a-z][\w-]*', done.stdout))


def registries() -> List[Registry]:
    return [
        registry for module in (mmaction.registry, mmengine.registry)
        for registry in vars(module).values()
        if isinstance(registry, Registry)
    ]


@by_path
def test_types_are_registered(page):
    known = {name for each in registries() for name in each.module_dict}
    for block in blocks(page, 'python'):
        known.update(re.findall(r'^class (\w+)', block, re.MULTILINE))
        for name in re.findall(r"type='(\w+)'", block):
            assert name in known


def test_site_builds(tmp_path):
    """Warnings are errors; every registered class has an entry."""
    done = subprocess.run([ROOT / 'tools/build_docs.sh', tmp_path],
                          text=True,
                          capture_output=True)
    assert done.returncode == 0, done.stderr
    pages = ''.join(page.read_text() for page in tmp_path.glob('api/*.html'))
    entries = set(re.findall(r'id="projects_move\.[\w.]*?(\w+)"', pages))
    ours = {
        name
        for registry in registries()
        for name, value in registry.module_dict.items()
        if isinstance(value, type)
        and value.__module__.startswith('projects_move.')
    }
    assert not ours - entries
