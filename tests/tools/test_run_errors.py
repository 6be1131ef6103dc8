"""Faulty configs and checkpoints end train.py and test.py in one message."""
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.tools.test_train import write_config

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    """A config with a video of each of four classes, and checkpoints."""
    folder = tmp_path_factory.mktemp('data')
    (folder / 'feat').mkdir()
    names = [f'v{i}' for i in range(4)]
    for name in names:
        np.save(folder / 'feat' / f'{name}.npy', np.ones((6, 5), 'f2'))
    for split in ('train', 'test'):
        (folder /
         f'{split}.lst').write_text(''.join(f'{name} {i}\n'
                                            for i, name in enumerate(names)))
    (folder / 'classes.txt').write_text('a\nb\nc\nd\n')
    write_config(folder)
    (folder / 'broken.py').write_text('model = (')
    torch.save(dict(state_dict=dict(a=torch.ones(1))), folder / 'other.pth')
    (folder / 'cut.pth').write_bytes((folder / 'other.pth').read_bytes()[:99])
    return folder


@pytest.mark.parametrize('tool, args, message', [
    ('train', 'broken.py', 'broken.py is no config: SyntaxError'),
    ('train', 'none.py', 'expected a config file or the name of a config'),
    ('train', 'config.py --method no', "found no method 'no'"),
    ('train', 'config.py --cfg-options modle.a=1', 'similar keys: model'),
    ('train', 'config.py --cfg-options train_cfg.max_epochs=1_0', "'1_0'"),
    ('train', 'config.py --cfg-options model.neck.type=NoNeck',
     'the config cannot be used: NoNeck is not in the'),
    ('train', 'config.py --cfg-options model.cls_head.widht=3',
     "unexpected keyword argument 'widht'"),
    ('train', 'config.py --resume cut.pth', 'cut.pth is no checkpoint'),
    ('train', 'config.py --cfg-options train_dataloader.dataset.ann_file=no',
     'no'),
    ('test', 'config.py cut.pth', 'cut.pth is no checkpoint'),
    ('test', 'config.py none.pth', 'there is no checkpoint none.pth'),
    ('test', 'config.py other.pth', 'other.pth lacks'),
])
def test_errors(folder, tool, args, message):
    done = subprocess.run(
        [sys.executable, ROOT / 'tools' / f'{tool}.py', *args.split()],
        cwd=folder,
        env=dict(os.environ, FSDD=str(folder)),
        capture_output=True,
        text=True)
    assert done.returncode == 1
    assert 'Traceback' not in done.stderr
    error = done.stderr[done.stderr.rindex('error: '):]
    assert message in error and error.count('\n') == 1
