"""No tool runs what stands in a file of results or of weights."""
import io
import os
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.crafted_checkpoints import Calls
from tests.in_process import run_tool
from tests.visualization.report.tiny_runs import write_methods
from tools import extract_features, reproduce
from tools.analysis import compare, plot, report

CODE = pickle.dumps(dict(a=Calls(os.mkdir, 'run')))


def object_arrays():
    """``scores.npz`` with an array of objects, which numpy would unpickle."""
    stream = io.BytesIO()
    scores = np.array([[Calls(os.mkdir, 'run')]], dtype=object)
    np.savez(stream, scores=scores, labels=np.zeros((1, 2), int))
    return stream.getvalue()


def zip_bomb():
    """``scores.npz`` of 300 KB that is 300 MB in memory."""
    stream = io.BytesIO()
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, dict(descr='<f4', fortran_order=False, shape=(300 * 2**18, 1)))
    with zipfile.ZipFile(stream, 'w', zipfile.ZIP_DEFLATED) as archive:
        archive.writestr('labels.npy', header.getvalue())
        with archive.open('scores.npy', 'w') as file:
            file.write(header.getvalue())
            for _ in range(300):
                file.write(bytes(2**20))
    return stream.getvalue()


# file of a test and its content, with the reason that is named
FAULTS = [
    ('test/metrics.json', CODE, 'metrics.json: expected JSON'),
    ('test/metrics.json', b'[' * 10**6, 'metrics.json: expected JSON'),
    ('test/per_class.csv', CODE, 'per_class.csv cannot be read'),
    ('test/scores.npz', CODE, 'scores.npz cannot be read'),
    ('test/scores.npz', object_arrays(), 'scores.npz cannot be read'),
    ('test/scores.npz', zip_bomb(), 'scores.npz cannot be read'),
    ('provenance.json', CODE, 'provenance.json'),
]
# tools that read each file
READERS = {
    'test/metrics.json': (compare, report),
    'test/per_class.csv': (plot, report),
    'test/scores.npz': (plot, report),
    'provenance.json': (report, ),
}


@pytest.fixture
def runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_methods(tmp_path / 'runs', seeds=[0])
    return sorted(path for path in Path('runs').iterdir() if path.is_dir())


def arguments(tool, folder, name):
    if tool is compare:
        return [f'a={folder}/seed0/test']
    if tool is report:
        return [folder.parent, '--out', 'a.html']
    kind = 'confusion' if 'scores' in name else 'curve'
    return [kind, f'a={folder}', '--out', 'a.png']


@pytest.mark.parametrize('name, content, reason', FAULTS)
def test_results(runs, name, content, reason):
    (runs[0] / 'seed0' / name).write_bytes(content)
    for tool in READERS[name]:
        text, problem = run_tool(tool.main, *arguments(tool, runs[0], name))
        lines = [
            line for line in f'{text}\n{problem}'.splitlines()
            if reason in line
        ]
        assert lines and problem is not None, (tool, text, problem)
        assert len(lines[0]) < 500 and 'Traceback' not in text
    assert not Path('run').exists()


@pytest.mark.parametrize('name', ['test/metrics.json', 'provenance.json'])
def test_reproduce(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    Path('a.py').write_text('')
    path = Path('work_dirs/reproduce/a/seed0', name)
    path.parent.mkdir(parents=True)
    path.write_bytes(CODE)
    text, problem = run_tool(reproduce.main, 'a.py', '--seeds', 0, '--dry-run')
    assert problem == '1' and f'- {path}: expected JSON' in text
    assert not Path('run').exists()


def overlong_safetensors():
    """Header of 2**60 bytes."""
    return (2**60).to_bytes(8, 'little') + b'{}'


def compressed(path):
    torch.save(dict(a=torch.zeros(9999)), path)
    with zipfile.ZipFile(path) as plain:
        content = {name: plain.read(name) for name in plain.namelist()}
    with zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED) as archive:
        for name, part in content.items():
            archive.writestr(name, part)


@pytest.mark.parametrize('name, write, reason', [
    ('a.pth', lambda path: torch.save(dict(a=Calls(os.mkdir, 'run')), path),
     'more than weights (posix.mkd'),
    ('a.pth', lambda path: path.write_bytes(CODE), 'a.pth'),
    ('a.pth', compressed, 'without compression'),
    ('a.pth', lambda path: torch.save(dict(fc=torch.ones(2)), path), 'a.pth'),
    ('a.pth', lambda path: torch.save([torch.ones(2)], path), 'a.pth'),
    ('a.safetensors', lambda path: path.write_bytes(CODE), 'a.safetensors'),
    ('a.safetensors', lambda path: path.write_bytes(overlong_safetensors()),
     'a.safetensors'),
])
def test_weights_of_an_extraction(tmp_path, monkeypatch, name, write, reason):
    monkeypatch.chdir(tmp_path)
    write(Path(name))
    Path('videos').mkdir()
    Path('videos', 'a.mp4').write_bytes(b'')
    text, problem = run_tool(extract_features.main, '--backbone',
                             'timm/resnet18', '--weights', name, '--videos',
                             'videos', '--out', 'out')
    assert problem.startswith('error: ') and reason in problem, problem
    assert problem.count('\n') < 3 and 'Traceback' not in text
    assert not Path('run').exists()
