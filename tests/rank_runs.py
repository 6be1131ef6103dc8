"""Trainings of every method on one process and on two, with fixed draws.

All numbers are float64, unless a test asks for others. The frames and masks of
a video, the partners and ratios of the mixing, and the dropped classes of a
loss depend on the position in the global batch only: video j of rank r has the
position ``r + 2 j``.
"""
import copy
from pathlib import Path

import torch
from mmengine.config import Config
from mmengine.dist import get_dist_info
from mmengine.hooks import Hook
from mmengine.runner import Runner

from projects_move.apis.configs import METHODS, load_config
from projects_move.engine.utils import unwrap
from projects_move.models.blendings import FramestackBlending
from tests.config_runs import CONFIGS
from tests.fixed_draws import fixed_draws
from tests.tiny_data import write_data

BASELINE, AGGREGATORS, MOVE, PAPER, PLUS = (
    CONFIGS[f'fsdd/{name}_fsdd-feature.py']
    for name in ('baseline_logmel_adam-50e', 'baseline-agg_logmel_adam-50e',
                 'move_logmel_adam-50e', 'move-paper_logmel_adam-50e',
                 'move-plus_logmel_adam-100e-cosine'))
ON_AGGREGATORS = ('attention_only', 'msa', 'netvlad_only', 'framestack',
                  'cbs_official', 'ldam', 'mixup', 'remix')
ALONE = dict(
    baseline=BASELINE,
    baseline_agg=AGGREGATORS,
    move=MOVE,
    move_paper=PAPER,
    move_plus=PLUS)
NAMES = (*ALONE, *sorted(path.stem for path in METHODS.glob('*.py')))
# samplers that draw as many videos on each rank
DRAWN = ('cbs', 'cbs_official', 'crt', 'lws', 'move_plus', 'pbs', 'srs')
SECOND_STAGE = ('crt', 'lws')
LABELS = (0, 0, 0, 0, 1, 5, 1, 2, 1, 3, 0)


def method_config(name: str,
                  folder: Path,
                  labels: tuple = None,
                  sync_batch_norm: bool = True,
                  **overrides) -> Config:
    """Config of a method on eleven videos, four in a step.

    Two processes have shards of six and five videos, so that the last batch
    is short on one of them. Samplers that draw videos get twelve.
    """
    if name in ALONE:
        cfg = load_config(ALONE[name])
    else:
        cfg = load_config(AGGREGATORS if name in ON_AGGREGATORS else MOVE,
                          [name])
    rank, num_ranks = get_dist_info()
    batch_size = 8 if name == 'framestack' else 4
    labels = labels or LABELS + (4, ) * (name in DRAWN)
    cfg.model.cls_head.hidden_channels = 12
    for split in ('train', 'val'):
        loader = cfg[f'{split}_dataloader']
        loader.update(batch_size=batch_size // num_ranks)
        loader.dataset.data_root = str(folder / name)
        loader.sampler.seed = 3
        if loader.sampler.type == 'DefaultSampler':
            loader.sampler.round_up = False
        if num_ranks == 1:
            write_data(loader.dataset, folder / name, labels, cfg.model)
    netvlad = (cfg.model.get('neck') or {}).get('necks', {}).get('netvlad')
    if netvlad is not None:
        netvlad.sync_batch_norm = sync_batch_norm
    # the second epoch is the one that blends and samples progressively
    epochs = 2 if name in ('framestack', 'pbs') else 1
    cfg.train_cfg.update(max_epochs=epochs, val_interval=epochs)
    cfg.optim_wrapper = dict(
        type='OptimWrapper', optimizer=dict(type='SGD', lr=.05))
    cfg.default_hooks.checkpoint = cfg.default_hooks.logger = None
    cfg.param_scheduler = cfg.visualizer = cfg.vis_backends = None
    cfg.work_dir = str(folder / f'{name}-{num_ranks}-{rank}')
    cfg.experiment_name = f'{name}-{num_ranks}-{rank}-{folder.name}'
    cfg.log_level = 'ERROR'
    cfg.randomness = dict(seed=0)
    cfg.launcher = 'none' if num_ranks == 1 else 'pytorch'
    if name in SECOND_STAGE:
        cfg.load_from = str(folder / 'move.pth')
    cfg.merge_from_dict(overrides)
    return cfg


class Record(Hook):
    """Keeps the losses, gradients, class APs and metrics of a training."""
    priority = 'LOWEST'

    def __init__(self, start=None):
        self.start = start  # weights to start from
        self.losses, self.gradients = [], []
        self.class_ap, self.metrics = [], {}

    def before_train(self, runner):
        for module in runner.model.modules():
            if isinstance(module, torch.nn.Dropout):
                module.p = 0.
            if hasattr(module, 'attention_dropout_ratio'):
                module.attention_dropout_ratio = 0.
        runner.optim_wrapper.optimizer.register_step_pre_hook(self.keep)
        model = unwrap(runner.model)
        if self.start is not None:
            model.load_state_dict(self.start)
        self.start = copy.deepcopy(model.state_dict())

    def keep(self, optimizer, args, kwargs):
        self.gradients.append([
            torch.zeros_like(p) if p.grad is None else p.grad.clone()
            for group in optimizer.param_groups for p in group['params']
        ])

    def after_train_iter(self, runner, batch_idx, data_batch, outputs):
        self.losses.append(outputs['loss'].detach().clone())

    def after_train_epoch(self, runner):
        for module in runner.model.modules():
            if isinstance(module, FramestackBlending):
                self.class_ap.append(module.class_ap.clone())

    def after_val_epoch(self, runner, metrics):
        self.metrics = metrics


def run_method(name: str,
               folder: Path,
               dtype: torch.dtype = torch.float64,
               start: dict = None,
               **overrides) -> dict:
    """Results of a training: losses, gradients, class APs, metrics, state."""
    cfg = method_config(name, Path(folder), **overrides)
    record = Record(start)
    with fixed_draws(dtype):
        runner = Runner.from_cfg(cfg)
        runner.register_hook(record)
        runner.train()
    return dict(
        start=record.start,
        losses=record.losses,
        gradients=record.gradients,
        class_ap=record.class_ap,
        metrics=record.metrics,
        state=unwrap(runner.model).state_dict())
