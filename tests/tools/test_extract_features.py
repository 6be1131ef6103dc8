import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config

from projects_move.apis.extraction.provenance import weights_digest
from projects_move.datasets.features.manifest import read_manifest
from tests.hostile_videos import write_video
from tests.in_process import run_tool
from tools import extract_features

ROOT = Path(__file__).parents[2]
BASE = ROOT / 'configs' / 'demo' / 'move_random-filters_adam-50e_demo-rgb.py'
CONFIG = f"""_base_ = '{BASE}'
model = dict(backbone=dict(num_filters=6))
"""


@pytest.fixture
def folder(tmp_path):
    """Twelve videos that differ in content and length, and a config."""
    for part in ('train', 'val', 'test'):
        (tmp_path / f'{part}.lst').write_text(''.join(f'v{i} {i % 3}\n'
                                                      for i in range(12)))
    (tmp_path / 'classes.txt').write_text('\n'.join(map(str, range(15))))
    (tmp_path / 'videos').mkdir()
    for i in range(12):
        write_video(tmp_path / 'videos' / f'v{i}.mp4', 9 + 2 * i)
    (tmp_path / 'config.py').write_text(CONFIG)
    return tmp_path


def command(folder, *args, launcher=()):
    return [
        sys.executable, '-W', 'ignore', *launcher, extract_features.__file__,
        str(folder / 'config.py'), '--num-workers', '0', *args
    ]


def environment(folder):
    return dict(os.environ, DEMO=str(folder), OMP_NUM_THREADS='1')


def run(folder, *args, launcher=()):
    """Exit status and output."""
    done = subprocess.run(
        command(folder, *args, launcher=launcher),
        env=environment(folder),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT)
    return done.returncode, done.stdout


def features(folder, name='out'):
    """Features of each video, by name."""
    return {
        path.stem: np.load(path, allow_pickle=False)
        for path in (folder / name).glob('*.npy')
    }


def test_killed_extraction_loses_nothing(folder):
    args = '--out', str(folder / 'out'), '--num-frames', '600'
    process = subprocess.Popen(
        command(folder, *args),
        env=environment(folder),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL)
    while process.poll() is None and not list((folder / 'out').glob('v2.npy')):
        time.sleep(.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    done = features(folder)
    assert 3 <= len(done) < 12
    assert {len(rows) for rows in done.values()} == {600}
    stamps = {name: stamp(folder, name) for name in done}

    status, output = run(folder, *args)
    assert status == 0, output
    assert f'{12 - len(done)} of 12 videos to do' in output
    assert len(features(folder)) == 12
    assert stamps == {name: stamp(folder, name) for name in done}
    output = run(folder, *args)[1]
    assert '0 of 12 videos to do' in output and 'elapsed' not in output


def stamp(folder, name):
    return (folder / 'out' / f'{name}.npy').stat().st_mtime_ns


def test_ranks_and_shards_divide_the_videos(folder):
    launcher = ('-m', 'torch.distributed.run', '--standalone',
                '--nproc_per_node', '2')
    args = '--num-frames', '4', '--dtype', 'float32', '--out'
    status, output = run(
        folder, *args, str(folder / 'ranks'), launcher=launcher)
    assert status == 0, output
    assert 'shard 0/2: 6 of 6' in output and 'shard 1/2: 6 of 6' in output
    for shard in ('0/2', '1/2'):
        status, output = run(folder, *args, str(folder / 'shards'), '--shard',
                             shard)
        assert status == 0 and f'shard {shard}: 6 of 6' in output, output
    ranks, shards = features(folder, 'ranks'), features(folder, 'shards')
    assert len(ranks) == 12
    for name, rows in ranks.items():
        np.testing.assert_array_equal(rows, shards[name])
    assert ranks['v0'].dtype == np.float32
    assert len({rows.mean() for rows in ranks.values()}) == 12


def test_rank_that_failed_waits_for_the_others(folder):
    """All videos of rank 0 fail at once; those of rank 1 take longer."""
    for i in range(0, 12, 2):
        (folder / 'videos' / f'v{i}.mp4').write_text('no video')
    launcher = ('-m', 'torch.distributed.run', '--standalone',
                '--nproc_per_node', '2')
    status, output = run(
        folder,
        '--num-frames',
        '900',
        '--out',
        str(folder / 'out'),
        launcher=launcher)
    assert status == 1 and '6 of 12 videos failed' in output
    assert output.count('failed: v') == 6
    assert len(features(folder)) == 6


def test_frames_of_the_options(folder, monkeypatch):
    monkeypatch.setenv('DEMO', str(folder))

    def run(out, *args):
        return run_tool(extract_features.main, folder / 'config.py',
                        '--num-workers', 0, '--out', folder / out, *args)[1]

    assert run('out', '--all-frames') is None
    lengths = {name: len(rows) for name, rows in features(folder).items()}
    assert lengths == {f'v{i}': 9 + 2 * i for i in range(12)}
    assert run('flip', '--test-sampling', '--flip') is None
    flipped = features(folder, 'flip')
    assert {len(rows) for rows in flipped.values()} == {2 * 32}
    assert read_manifest(folder / 'flip')['pipeline'][-1] == 'flip'
    assert 'made with another pipeline' in run('flip', '--test-sampling')


@pytest.mark.parametrize('args, message', [
    ('--flip --crops ten', 'the mirror images'),
    ('--fps 3 --all-frames', 'not allowed with'),
    ('--crops three', 'expected one CenterCrop in the test pipeline'),
    ('--num-frames 0', "at least 1, found '0'"),
    ('--chunk 0', "--chunk: expected an integer of at least 1, found '0'"),
    ('--fps 0', "above 0, found '0'"),
    ('--fps nan', "expected a decimal number, found 'nan'"),
    ('--num-workers -1', "at least 0, found '-1'"),
    ('--shard 2/2', '2/2'),
])
def test_wrong_settings_are_refused(folder, monkeypatch, args, message):
    monkeypatch.setenv('DEMO', str(folder))
    output, problem = run_tool(extract_features.main, folder / 'config.py',
                               '--out', folder / 'out', *args.split())
    assert problem and message in output + problem
    assert not (folder / 'out').exists()


def test_failed_run_leaves_no_manifest(folder, monkeypatch):
    monkeypatch.setenv('DEMO', str(folder))
    run = partial(run_tool, extract_features.main, folder / 'config.py',
                  '--num-workers', 0, '--out', folder / 'out')
    moved = (folder / 'videos').rename(folder / 'elsewhere')
    assert '12 of 12 videos failed' in run('--num-frames', 3)[1]
    moved.rename(folder / 'videos')
    assert run('--num-frames', 4)[1] is None
    assert 'another pipeline' in run('--num-frames', 3)[1]


def test_pretrained_weights_of_the_config_are_not_loaded(folder, monkeypatch):
    """The checkpoint has all weights of the backbone."""
    monkeypatch.setenv('DEMO', str(folder))
    cfg = Config.fromfile(folder / 'config.py')
    cfg.model.backbone = dict(
        type='MobileNetV2', widen_factor=.1, pretrained='not_there.pth')
    cfg.model.neck.in_channels = 1280
    cfg.dump(str(folder / 'config.py'))
    backbone = dict(cfg.model.backbone, pretrained=None)
    model = MODELS.build(dict(cfg.model.to_dict(), backbone=backbone))
    state = model.state_dict()
    torch.save(dict(state_dict=state), folder / 'a.pth')
    torch.save({
        k: v
        for k, v in state.items() if 'neck' in k
    }, folder / 'no_backbone.pth')
    args = ('--num-workers', 0, '--num-frames', 2, '--out', folder / 'out')

    def run(checkpoint):
        return run_tool(extract_features.main, folder / 'config.py',
                        folder / checkpoint, *args)[1]

    assert 'no_backbone.pth lacks' in run('no_backbone.pth')
    assert not (folder / 'out').exists()
    assert run('a.pth') is None
    manifest = read_manifest(folder / 'out')
    assert manifest['weights_sha256'] == weights_digest(
        model.backbone.state_dict())


def test_features_stay_below_their_folder(folder, monkeypatch):
    monkeypatch.setenv('DEMO', str(folder))
    (folder / 'val.lst'
     ).write_text(f'v1 1\n{folder}/videos/v2.mp4 1\n../videos/v3 2\na/..b 2\n')
    text, problem = run_tool(extract_features.main, folder / 'config.py',
                             '--num-frames', 2, '--num-workers', 0, '--out',
                             folder / 'out')
    assert problem == '3 of 15 videos failed'
    assert f'failed: {folder}/videos/v2.mp4: does not lie below' in text
    assert 'failed: ../videos/v3: does not lie below' in text
    assert 'failed: a/..b: ' in text and len(features(folder)) == 12
    assert not list(folder.glob('videos/*.npy'))
