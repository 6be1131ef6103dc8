"""Each benchmark runs on tiny sizes; its JSON file matches the schema."""
import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from tools.benchmarks import roofline
from tools.benchmarks.arguments import make_parser
from tools.benchmarks.harness import Case, ratios, time_variants
from tools.benchmarks.report import SCHEMA
from tools.benchmarks.traffic import Bucket, predict_waits

TOOLS = Path(__file__).parents[2] / 'tools'
GPU_FIGURES = TOOLS / 'benchmarks' / 'gpu.sh'
RESULTS = sorted((TOOLS / 'benchmarks' / 'results').glob('*.json'))
TINY = '--repeats 2 --batch 8 --channels 16 --classes 9 --clusters 4 ' \
    '--peak-size 64'


@pytest.mark.parametrize('name, arguments', [
    ('step', ''),
    ('neck', '--test-frames 7'),
    ('loader', '--videos 20 --stored-frames 7'),
    ('loader', '--videos 20 --stored-frames 7 --cold'),
    ('decoding', '--stored-frames 20'),
    ('evaluation', '--videos 60 --frames 7'),
    ('end_to_end', '--batches 2 --stored-frames 7'),
    ('end_to_end', '--batches 2 --stored-frames 7 --cold --num-workers 1'),
    ('extraction', '--num-videos 3 --stored-frames 9 --frames 4 '
     '--backbones MobileNetV2 --precisions float32'),
    ('extraction', '--num-videos 2 --stored-frames 9 --all-frames '
     '--backbones timm/efficientnet_lite0'),
    ('ablation', '--videos 20 --stored-frames 7'),
    ('ranks', '--ranks 2 5 --rates 2'),
    ('scale', '--videos 100 200 --simulated-classes 30'),
])
def test_runs(tmp_path, capfd, name, arguments):
    if name == 'decoding':
        pytest.importorskip('decord')
    out = tmp_path / 'sub' / 'figures.json'
    argv = [name, *TINY.split(), *arguments.split(), '--out', str(out)]
    if name == 'ranks':  # starts processes of its own
        subprocess.run([sys.executable, TOOLS / 'benchmark.py', *argv],
                       check=True)
    else:
        benchmark = importlib.import_module(f'tools.benchmarks.{name}')
        benchmark.run(make_parser('').parse_args(argv))
    text, result = capfd.readouterr().out, json.loads(out.read_text())
    jsonschema.validate(result, SCHEMA)
    assert result['benchmark'] == name and result['repeats'] == 2
    assert result['settings']['channels'] == 16
    for row in result['rows']:
        line = next(
            line for line in text.splitlines()
            if line.startswith(f"| {row['case']} | {row['variant']} |"))
        assert f"| {row['ratio']['median']:.2f} (" in line
        assert row['ratio']['min'] <= row['ratio']['median'] <= row['ratio'][
            'max']
    first = result['rows'][0]
    assert first['ratio'] == dict(median=1, min=1, max=1)


def test_predicted_waits():
    """The rest of the backward pass hides exchanges that start early."""
    buckets = [Bucket(3 * 10**6, .25), Bucket(2 * 10**6, .75)]
    rows = predict_waits(buckets, [2, 4], [1., 4.], backward=8.)
    # two ranks: complete after 2 and 6 ms, exchanged in 3 and 2 ms
    assert [(row['exchanged'], row['waited'])
            for row in rows] == [(5e6, 0), (5e6, 0), (7.5e6, 1.5), (7.5e6, 0)]


@pytest.mark.parametrize('path', RESULTS, ids=lambda path: path.stem)
def test_kept_results(path):
    result = json.loads(path.read_text())
    jsonschema.validate(result, SCHEMA)
    assert 'dirty' not in result['commit']
    assert path.stem.startswith(result['benchmark'])


@pytest.mark.slow
def test_figures_of_a_gpu_at_small_sizes(tmp_path):
    subprocess.run([GPU_FIGURES, '--small', tmp_path], check=True)
    summary = (tmp_path / 'summary.txt').read_text().splitlines()
    assert len(summary) == 8
    for line in summary:
        name, text = line.split(': ')
        assert text.startswith('done in'), line
        jsonschema.validate(
            json.loads((tmp_path / f'{name}.json').read_text()), SCHEMA)


def test_parts_without_time_are_named(tmp_path):
    """One part fails, one hangs, and the time ends."""
    stub = tmp_path / 'bin' / 'python'
    stub.parent.mkdir()
    stub.write_text('#!/bin/sh\ncase $2 in step) exit 3 ;; '
                    'end_to_end) exec sleep 60 ;; esac\n')
    stub.chmod(0o755)
    run = subprocess.run([GPU_FIGURES, '--seconds', '15', tmp_path],
                         env=dict(
                             os.environ,
                             PATH=f"{stub.parent}:{os.environ['PATH']}"))
    summary = (tmp_path / 'summary.txt').read_text()
    lines = summary.splitlines()
    assert run.returncode == 1 and len(lines) == 8
    assert lines[0] == 'step: failed with code 3, see step.log'
    assert lines[1].startswith('extraction-bfloat16: done in')
    assert lines[3].startswith('epoch: stopped after 1')
    assert lines[4] == 'epoch-cold: skipped, no time left'


def test_schema_refuses():
    with pytest.raises(jsonschema.ValidationError, match='rows'):
        jsonschema.validate(dict(benchmark='x'), SCHEMA)


def test_ratios_and_floor():
    case = Case(
        'work',
        dict(slow=lambda: 6., quick=iter([9., 2., 3.]).__next__),
        flop=dict(quick=8e9),
        bytes=dict(quick=3e9),
        precision=dict(quick='float32'))
    seconds = time_variants(case, repeats=2)
    assert seconds == dict(slow=[6, 6], quick=[2, 3])  # after a warm-up
    assert ratios(seconds, 'quick') == [3, 2]
    floor = roofline.time_floor(case, 'quick',
                                dict(flops_float32=4e9, bandwidth=6e9))
    assert floor['arithmetic'] == 2 and floor['memory'] == .5
    assert floor['floor'] == 2 and not roofline.time_floor(case, 'slow', {})
