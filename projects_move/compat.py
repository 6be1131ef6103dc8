"""Mends for faults of the packages below us, each active only where its
fault is.

MMAction2 1.2.0 and MMEngine 0.10.7 have had no release since their
dependencies moved on. Nothing here loosens ``weights_only`` or a version
check.
"""
import atexit
import functools
import importlib.util
import pickle
import sys
import time
from pathlib import Path
from types import ModuleType
from unittest import mock

import numpy as np
import torch


def apply() -> None:
    """Apply every mend whose fault is present; once or many times."""
    stand_in_for_drn()
    load_own_checkpoints()
    launch_without_gpu()
    wrap_without_gpu()


def stand_in_for_drn() -> None:
    """mmaction2 1.2.0 imports ``localizers.drn``, which its wheel omits; a
    source checkout has it, but it imports torchvision, undeclared."""
    name = 'mmaction.models.localizers.drn'
    spec = importlib.util.find_spec('mmaction')
    if spec is None or name in sys.modules:
        return
    file = Path(spec.origin).parent / 'models/localizers/drn/drn.py'
    if file.exists() and importlib.util.find_spec('torchvision'):
        return
    package, module = ModuleType(name), ModuleType(f'{name}.drn')
    package.__path__ = []
    package.drn = module
    module.DRN = None
    sys.modules[name], sys.modules[f'{name}.drn'] = package, module


def load_own_checkpoints() -> None:
    """mmengine 0.10.7 calls ``torch.load`` bare; from torch 2.6 that reads
    weights only, and mmengine's checkpoints carry more than weights.

    ``weights_only`` stays on. The few plain types are declared safe, numpy's
    under the names of numpy 1 and 2. ``builtins.getattr``, which would open
    everything, is replaced by a function for the one use there is.
    """
    if not _torch_at_least(2, 6):
        return
    from mmengine.logging.history_buffer import HistoryBuffer

    def history_getattr(owner, name):
        if owner is HistoryBuffer and name in ('min', 'max', 'current',
                                               'mean'):
            return getattr(HistoryBuffer, name)
        raise pickle.UnpicklingError(
            f'a checkpoint asks for the attribute {name!r} of {owner!r}, '
            'which is not safe')

    core = np._core if hasattr(np, '_core') else np.core
    functions = (core.multiarray._reconstruct, core.multiarray.scalar)
    dtypes = [
        kind for kind in vars(getattr(np, 'dtypes', None) or object).values()
        if isinstance(kind, type)
    ]
    torch.serialization.add_safe_globals([
        HistoryBuffer, (history_getattr, 'builtins.getattr'), np.ndarray,
        np.dtype, *dtypes,
        *((function, f'numpy.{where}.{function.__name__}')
          for where in ('core.multiarray', '_core.multiarray')
          for function in functions)
    ])


def launch_without_gpu() -> None:
    """mmengine 0.10.7's launchers call ``torch.cuda.set_device`` whatever
    the machine; without a GPU they shall use gloo. Nothing ends the group
    either."""
    if torch.cuda.is_available():
        return
    from mmengine.dist import utils
    for name in ('_init_dist_pytorch', '_init_dist_mpi', '_init_dist_slurm'):
        launch = getattr(utils, name)
        if not hasattr(launch, '__wrapped__'):
            setattr(utils, name, _with_gloo(launch))


def _with_gloo(launch):

    @functools.wraps(launch)
    def launch_on_cpu(backend, **kwargs):
        with mock.patch.object(torch.cuda, 'set_device'):
            launch('gloo' if backend == 'nccl' else backend, **kwargs)
        atexit.register(end_process_group)

    return launch_on_cpu


def end_process_group() -> None:
    """Leave the other ranks, where there are any, after the last exchange.

    A thread of gloo frees the tensors of an exchange behind the back of who
    waited for it, and needs Python for that. Where Python ends, the process
    aborts; where a model in DDP is the last to drop the group, which waits
    for its threads and keeps Python meanwhile, both wait forever.
    """
    from mmengine.dist import get_backend, is_distributed
    if is_distributed():
        if get_backend() != 'nccl':
            time.sleep(.2)  # nothing tells when the thread is done
        torch.distributed.destroy_process_group()


def wrap_without_gpu() -> None:
    """mmengine 0.10.7's runner gives every distributed model a GPU's id,
    which torch refuses for a model on the CPU."""
    from mmengine.model import MMDistributedDataParallel as Wrapper
    init = Wrapper.__init__
    if hasattr(init, '__wrapped__'):
        return

    @functools.wraps(init)
    def init_anywhere(self, module, *args, **kwargs):
        if all(not p.is_cuda for p in module.parameters()):
            kwargs['device_ids'] = None
        init(self, module, *args, **kwargs)

    Wrapper.__init__ = init_anywhere


def _torch_at_least(*version: int) -> bool:
    numbers = torch.__version__.split('+')[0].split('.')[:2]
    return tuple(int(number) for number in numbers) >= version
