"""Workarounds for bugs of MMAction2 1.2.0, MMEngine 0.10.7 and torchvision.

Each is applied only if its bug is present. None relaxes a version check.
"""
import atexit
import functools
import importlib.util
import pkgutil
import sys
import time
from pathlib import Path
from types import ModuleType
from unittest import mock

import torch

from .errors import InputError
from .utils.unsent_batches import report_unsent_batches


def apply() -> None:
    """Apply every workaround whose bug is present; safe to repeat."""
    require_mmcv()
    restore_find_loader()
    allow_config_names()
    declare_torchvision_operators()
    stub_drn_module()
    skip_multimodal_models()
    read_checkpoints_as_data()
    require_configs_of_inferencers()
    launch_without_gpu()
    wrap_without_gpu()
    average_resized_buffers()
    report_unsent_batches()


def require_mmcv() -> None:
    """Require one of the two packages that provide mmcv.

    Raises:
        ImportError: If neither is installed.
    """
    if importlib.util.find_spec('mmcv') is None:
        raise ImportError(
            'expected mmcv or mmcv-lite, found neither: install '
            "'projects_move[lite]', or 'projects_move[full]' for backbones "
            'with compiled operators')


def restore_find_loader() -> None:
    """mmengine 0.10.7 and mmcv 2.1 look for compiled operators, in each
    training, by a function that Python 3.14 removed."""
    if not hasattr(pkgutil, 'find_loader'):
        pkgutil.find_loader = importlib.util.find_spec


def allow_config_names() -> None:
    """mmengine 0.10.7 loads ``package::config`` only for packages it knows,
    and looks for an editable install in site-packages."""
    from mmengine.config import config, utils
    from mmengine.hub import hub
    utils.MODULE2PACKAGE.setdefault('projects_move', 'projects_move')
    for module in (config, hub):
        find = module.get_installed_path
        if not hasattr(find, '__wrapped__'):
            module.get_installed_path = _with_own_folder(find)


def _with_own_folder(find):

    @functools.wraps(find)
    def get_installed_path(package):
        if package == 'projects_move':
            return str(Path(__file__).parent)
        return find(package)

    return get_installed_path


def declare_torchvision_operators() -> None:
    """Declare the operators without which torchvision cannot be imported.

    The compiled library of torchvision does not load beside another build of
    torch, such as one for the CPU from source. ``import torchvision`` then
    fails, and with it timm, transformers and MMEngine's runner, although only
    detection needs these operators. Calling them still fails.
    """
    spec = importlib.util.find_spec('torchvision')
    if spec is None or 'torchvision' in sys.modules or _TORCHVISION:
        return
    for library in Path(spec.origin).parent.glob('_C*.*'):
        try:
            torch.ops.load_library(str(library))
            return
        except OSError:
            continue
    _TORCHVISION.append(torch.library.Library('torchvision', 'DEF'))
    for name in ('nms', 'qnms'):
        _TORCHVISION[0].define(f'{name}(Tensor dets, Tensor scores, '
                               'float iou_threshold) -> Tensor')


_TORCHVISION = []  # the operators are removed with the object


def stub_drn_module() -> None:
    """Add an empty ``mmaction.models.localizers.drn``.

    mmaction2 1.2.0 imports this module, which its wheel omits; in a source
    checkout it needs torchvision, which mmaction2 does not declare.
    """
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


def skip_multimodal_models() -> None:
    """Skip VindLU, whose import fails beside transformers 5.

    mmaction2 1.2.0 imports it, with ``mmaction.models``, if timm and
    transformers are installed. Without it, its names are placeholders.
    """
    spec = importlib.util.find_spec('transformers')
    if spec is None or spec.origin is None:
        return
    file = Path(spec.origin).parent / 'modeling_utils.py'
    if 'apply_chunking_to_forward' in file.read_text(encoding='utf-8'):
        return
    from mmaction.utils import dependency
    dependency.WITH_MULTIMODAL = False


def read_checkpoints_as_data() -> None:
    """Let MMEngine read files and downloads by :mod:`.checkpoint_files`.

    mmengine 0.10.7 reads files by ``torch.load``, whose list of allowed types
    lacks those of its own checkpoints, and downloads by
    ``torch.hub.load_state_dict_from_url``, which runs code in them.
    """
    from mmengine.runner import checkpoint

    from .checkpoint_files import load_file, load_url
    checkpoint.CheckpointLoader.register_scheme('', load_file, force=True)
    checkpoint.load_from_local = load_file
    checkpoint.load_url = load_url


def require_configs_of_inferencers() -> None:
    """Refuse a checkpoint without a config in MMEngine's inferencers, which
    run the config inside the checkpoint."""
    from mmengine.infer import BaseInferencer
    init = BaseInferencer._init_model
    if hasattr(init, '__wrapped__'):
        return

    @functools.wraps(init)
    def init_model(self, cfg, weights, device='cpu'):
        if not cfg:
            raise InputError(
                f'{weights}: expected a config beside it, because '
                'MMEngine would run that inside it; '
                'LongTailInferencer reads it as data')
        return init(self, cfg, weights, device)

    BaseInferencer._init_model = init_model


def launch_without_gpu() -> None:
    """Make the launchers of mmengine 0.10.7, which call
    ``torch.cuda.set_device`` anywhere, use gloo without a GPU."""
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
    """Destroy the process group, if there is one, after the last collective.

    A thread of gloo frees the tensors of a collective after the call returns,
    and needs the interpreter lock to do so. If the interpreter exits first,
    the process aborts. If a DDP model holds the last reference to the group,
    its destructor waits for this thread while it holds the lock: a deadlock.
    """
    from mmengine.dist import get_backend, is_distributed
    if is_distributed():
        if get_backend() != 'nccl':
            time.sleep(.2)  # there is no way to wait for the thread
        torch.distributed.destroy_process_group()


def wrap_without_gpu() -> None:
    """Wrap a distributed model on the CPU without the index of a GPU, which
    mmengine 0.10.7 passes and torch rejects there."""
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


def average_resized_buffers() -> None:
    """An averaged model of mmengine 0.10.7 copies buffers in their order,
    which is another if feature statistics add some after the copy."""
    from mmengine.model import BaseAveragedModel
    update = BaseAveragedModel.update_parameters
    if hasattr(update, '__wrapped__'):
        return

    @functools.wraps(update)
    def update_parameters(self, model):
        for average, source in zip(self.module.modules(), model.modules()):
            for name, value in source._buffers.items():
                own = average._buffers.pop(name, None)
                keep = value is None or getattr(own, 'shape', 0) == value.shape
                average._buffers[name] = own if keep else value.clone()
        return update(self, model)

    BaseAveragedModel.update_parameters = update_parameters
