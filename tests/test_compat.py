import atexit
import importlib.util
import pkgutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from mmengine.hub import hub
from mmengine.model import ExponentialMovingAverage
from torch.nn.parallel import DistributedDataParallel

from projects_move import compat


def test_apply_is_idempotent():
    from mmengine.dist import utils
    from mmengine.model import MMDistributedDataParallel
    before = utils._init_dist_pytorch, MMDistributedDataParallel.__init__
    compat.apply()
    after = utils._init_dist_pytorch, MMDistributedDataParallel.__init__
    assert before == after


def test_operators_are_looked_for_on_any_python(monkeypatch):
    from mmengine.utils.dl_utils.misc import mmcv_full_available
    expected = mmcv_full_available()
    monkeypatch.delattr(pkgutil, 'find_loader')
    compat.restore_find_loader()
    assert mmcv_full_available() == expected
    assert pkgutil.find_loader('json') is not None


def test_stand_in_is_there_only_where_the_module_is_not():
    import mmaction
    import mmaction.models  # noqa: F401
    name = 'mmaction.models.localizers.drn'
    folder = importlib.util.find_spec('mmaction').origin
    stands_in = not hasattr(sys.modules[name], '__file__') or \
        sys.modules[name].__file__ is None
    from pathlib import Path
    there = (Path(folder).parent / 'models/localizers/drn/drn.py').exists()
    assert stands_in == (not (there
                              and importlib.util.find_spec('torchvision')))
    assert mmaction.__version__


@pytest.mark.skipif(torch.cuda.is_available(), reason='for machines without')
def test_launchers_use_gloo(monkeypatch):
    from mmengine.dist import utils
    seen = {}
    monkeypatch.setattr(torch.distributed, 'init_process_group',
                        lambda **kwargs: seen.update(kwargs))
    monkeypatch.setenv('RANK', '0')
    monkeypatch.setenv('LOCAL_RANK', '0')
    at_exit = []
    monkeypatch.setattr(atexit, 'register', at_exit.append)
    utils._init_dist_pytorch('nccl')
    assert seen['backend'] == 'gloo'
    assert at_exit == [compat.end_process_group]


def exchange_and_end(rank, folder):
    for i in range(15):
        dist.init_process_group(
            'gloo', f'file://{folder}/{i}', rank=rank, world_size=2)
        model = DistributedDataParallel(torch.nn.Linear(5, 3))
        model(torch.ones(2, 5)).sum().backward()
        dist.broadcast(torch.tensor(i), 0)
        compat.end_process_group()
        del model  # the last that knows of the group


@pytest.mark.filterwarnings('ignore:.*fork:DeprecationWarning')
def test_a_model_outlives_the_process_group(tmp_path):
    """Freeing it had waited for a thread that waited for Python."""
    ranks = mp.start_processes(
        exchange_and_end, (str(tmp_path), ),
        nprocs=2,
        join=False,
        start_method='fork')
    stop = time.monotonic() + 100
    try:
        while not ranks.join(timeout=1):
            assert time.monotonic() < stop, 'a rank waits forever'
    finally:
        for process in ranks.processes:
            process.kill()
            process.join()


def test_mmengine_finds_the_package_that_is_imported():
    assert Path(hub.get_installed_path('projects_move')) == Path(
        compat.__file__).parent
    assert hub.get_installed_path('mmaction2').endswith('mmaction')


def in_new_process(code):
    """Run code in a new interpreter, return what it prints."""
    return subprocess.run([sys.executable, '-W', 'ignore', '-c', code],
                          capture_output=True,
                          text=True,
                          check=True).stdout.strip()


def test_libraries_of_backbones_can_be_imported():
    """Beside any build of torch."""
    out = in_new_process('import projects_move, torchvision, timm; '
                         'from transformers import VideoMAEModel; '
                         'print(torchvision.models.resnet18.__name__)')
    assert out == 'resnet18'


def test_operators_are_declared_only_where_they_are_missing():
    out = in_new_process(
        'import projects_move.compat as compat, torchvision; '
        'print(torchvision.extension._has_ops() != bool(compat._TORCHVISION))')
    assert out == 'True'


def test_averaged_model_keeps_buffers_under_their_names():
    """Also if a buffer is added, or resized, after the model is copied."""

    def model():
        return torch.nn.Sequential(
            torch.nn.Linear(2, 2), torch.nn.BatchNorm1d(2))

    source = model()
    average = ExponentialMovingAverage(source)
    source[0].register_buffer('mean', torch.tensor([3., 4.]))
    source[1].register_buffer('counts', torch.arange(5))
    source[1].running_var += 1
    average.update_parameters(source)
    expected = dict(source.named_buffers())
    found = dict(average.module.named_buffers())
    assert list(found) == list(expected)
    assert all(torch.equal(found[name], expected[name]) for name in expected)
    source[1].counts = torch.arange(7)
    average.update_parameters(source)
    assert torch.equal(average.module[1].counts, torch.arange(7))
