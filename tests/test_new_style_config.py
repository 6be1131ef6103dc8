"""The new-style config says what its old-style sibling does, and runs."""
from pathlib import Path

from mmengine.config import Config

from tests import test_configs

CONFIGS = Path(__file__).parents[1] / 'configs'
NEW = CONFIGS / 'new_style' / 'move_logmel_adam_50e_fsdd_feature.py'
OLD = CONFIGS / 'fsdd' / 'move_logmel_adam-50e_fsdd-feature.py'
RUN = ('model', 'train_dataloader', 'val_dataloader', 'test_dataloader',
       'val_evaluator', 'test_evaluator', 'train_cfg', 'val_cfg', 'test_cfg',
       'optim_wrapper', 'param_scheduler', 'default_hooks', 'auto_scale_lr',
       'env_cfg', 'default_scope', 'find_unused_parameters', 'log_processor',
       'visualizer')


def with_names(value):
    """Classes as the names that registries know."""
    if isinstance(value, dict):
        return {key: with_names(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(with_names(each) for each in value)
    if callable(value):
        return value.__name__
    return value.rsplit('.',
                        1)[-1] if isinstance(value, str) and value.startswith(
                            ('mm', 'torch.', 'proj')) else value


def test_says_the_same(monkeypatch):
    monkeypatch.delenv('FSDD', raising=False)
    new, old = Config.fromfile(NEW), Config.fromfile(OLD)
    for key in RUN:
        assert with_names(new.to_dict()[key]) == with_names(
            old.to_dict()[key]), key


def test_trains_and_validates(tmp_path):
    test_configs.train_and_validate(Config.fromfile(NEW), tmp_path)
