"""Every benchmark runs, on tiny sizes, and its figures keep the schema."""
import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / 'tools' / 'benchmarks'
SCHEMA = json.loads((FOLDER / 'schema.json').read_text())
RESULTS = sorted((FOLDER / 'results').glob('*.json'))
TINY = dict(
    step='--clusters 4',
    neck='--clusters 4 --test-frames 7',
    loader='--videos 20 --stored 7',
    evaluation='--videos 60 --clusters 4 --frames 7',
    end_to_end='--batches 2 --stored 7 --clusters 4',
    ranks='--clusters 4 --ranks 2 5 --rates 2',
    scale='--videos 100 200 --simulated-classes 30 --clusters 4')


def run(name, *args):
    done = subprocess.run([sys.executable, FOLDER / f'{name}.py', *args],
                          capture_output=True,
                          text=True,
                          env=dict(os.environ, PYTHONPATH=str(ROOT)))
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize('name', TINY)
def test_runs(tmp_path, name):
    out = tmp_path / 'sub' / 'figures.json'
    sizes = '--repeats 2 --batch 8 --channels 16 --classes 9'
    text = run(name, *sizes.split(), *TINY[name].split(), '--out', str(out))
    result = json.loads(out.read_text())
    jsonschema.validate(result, SCHEMA)
    assert result['benchmark'] == name and result['repeats'] == 2
    assert result['settings']['channels'] == 16
    for row in result['rows']:
        line = next(line for line in text.splitlines()
                    if line.startswith(f"| {row['case']} | {row['form']} |"))
        assert f"| {row['ratio']['median']:.2f} (" in line
        assert row['ratio']['min'] <= row['ratio']['median'] <= row['ratio'][
            'max']
    first = result['rows'][0]
    assert first['ratio'] == dict(median=1, min=1, max=1)


def test_model_of_many_ranks():
    """What is ready early hides behind the rest of the backward pass."""
    sys.path[:0] = [str(FOLDER), str(ROOT / 'tools')]
    from ranks import Bucket, model_of
    buckets = [Bucket(3 * 10**6, .25), Bucket(2 * 10**6, .75)]
    args = argparse.Namespace(ranks=[2, 4], rates=[1., 4.], backward=8.)
    found = [(row['exchanged'], row['waited'])
             for row in model_of(buckets, args)]
    # of two ranks: ready at 2 and 6 ms, 3 and 2 ms on their way
    assert found == [(5e6, 0), (5e6, 0), (7.5e6, 1.5), (7.5e6, 0)]


@pytest.mark.parametrize('path', RESULTS, ids=lambda path: path.stem)
def test_kept_results(path):
    result = json.loads(path.read_text())
    jsonschema.validate(result, SCHEMA)
    assert 'dirty' not in result['commit']
    assert path.stem.startswith(result['benchmark'])


def test_schema_refuses():
    with pytest.raises(jsonschema.ValidationError, match='rows'):
        jsonschema.validate(dict(benchmark='x'), SCHEMA)


def test_ratios_and_floor():
    """Turn by turn, and what the machine can do at most."""
    sys.path[:0] = [str(FOLDER), str(ROOT / 'tools')]
    from comparing import Case, compare, ratios
    from measuring import _floor
    case = Case(
        'work',
        dict(slow=lambda: 6., quick=iter([9., 2., 3.]).__next__),
        flop=dict(quick=8e9),
        moved=dict(quick=3e9),
        precision=dict(quick='float32'))
    seconds = compare(case, repeats=2)
    assert seconds == dict(slow=[6, 6], quick=[2, 3])  # the first warms up
    assert ratios(seconds, 'quick') == [3, 2]
    floor = _floor(case, 'quick', dict(flops_float32=4e9, bandwidth=6e9))
    assert floor['arithmetic'] == 2 and floor['memory'] == .5
    assert floor['floor'] == 2 and not _floor(case, 'slow', {})
