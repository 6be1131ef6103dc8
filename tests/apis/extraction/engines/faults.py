"""Videos with faults, and what an extraction must make of them."""
import os
from pathlib import Path

import numpy as np

from projects_move.apis.extraction.videos import Videos
from projects_move.datasets.features.packed_store import PackedStore
from tests.hostile_videos import write_video

ROOT = Path(__file__).parents[4]
BASE = ROOT / 'configs' / 'demo' / 'move_random-filters_adam-50e_demo-rgb.py'
CONFIG = f"""_base_ = '{BASE}'
custom_imports = dict(imports=['projects_move', 'tests.apis.extraction.crash'])
model = dict(backbone=dict(num_filters=6))
test_dataloader = dict(dataset=dict(pipeline=[
    dict(type='VideoInit'),
    dict(type='SampleVideoFrames', num_frames=7),
    dict(type='Sleep'),
    dict(type='Crash', name='POISON'),
    dict(type='VideoDecode'),
    dict(type='FormatShape', input_format='NCHW'),
    dict(type='PackActionInputs', meta_keys=('video_id', ))
]))
"""
POISON = 'v5'


def write_data(folder, num_videos, poison=POISON):
    """Videos and a config; one video is none, and one kills its decoder."""
    names = [f'v{i}' for i in range(num_videos)] + ['text']
    (folder / 'videos').mkdir()
    for i in range(num_videos):
        path = folder / 'videos' / f'v{i}.mp4'
        if i < 17:
            write_video(path, 9 + i)
        else:
            os.link(folder / 'videos' / f'v{i % 17}.mp4', path)
    (folder / 'videos' / 'text.mp4').write_text('no video')
    for split in ('train', 'val', 'test'):
        (folder / f'{split}.lst').write_text(''.join(f'{name} 0\n'
                                                     for name in names))
    (folder / 'classes.txt').write_text('\n'.join(map(str, range(15))))
    (folder / 'config.py').write_text(CONFIG)
    (folder / 'poison.py').write_text(CONFIG.replace('POISON', poison))


def make_videos(count):
    """Names and data infos of videos that do not exist."""
    names = np.array([b'v%d' % i for i in range(count)])
    return Videos(names, lambda row: dict(video_id=f'v{row}'))


def arguments(folder, out, *args, config='poison.py'):
    """Arguments of the tool."""
    return (folder / config, '--out', folder / out, '--num-frames', 4,
            '--dtype', 'float32', '--format', 'store', *args)


def features(folder):
    """Features of all videos of a store, by name."""
    store = PackedStore(folder)
    return {name: store.open(name).read_checked() for name in store.names()}


def assert_as_without_faults(folder, expected, num_videos, poison=POISON):
    """Every good video once, with the features of a run without faults."""
    found = features(folder)
    good = {f'v{i}' for i in range(num_videos)} - {poison}
    assert set(found) == good
    for name in good:
        np.testing.assert_allclose(found[name], expected[name], atol=1e-5)
    visible = {path.name for path in folder.glob('[!.]*')}
    indexes = {name for name in visible if name.endswith('.index.npy')}
    shards = {name.replace('.index.npy', '.bin') for name in indexes}
    others = visible - indexes - {'store.json', 'manifest.json'}
    # a writer that was killed before it wrote the index leaves a .bin, which
    # no reader opens
    assert shards <= others and {Path(name).suffix
                                 for name in others} == {'.bin'}


def failed(text):
    """Names in the printed list of failures."""
    lines = [line for line in text.splitlines() if line.startswith('failed: ')]
    return sorted(line.split(': ')[1] for line in lines)
