"""The new-style config says what its old-style sibling does, and runs."""
from mmengine.config import Config

from tests.config_runs import ROOT, load, train_and_test

NEW = ROOT / 'configs/new_style/move_logmel_adam_50e_fsdd_feature.py'
OLD = 'fsdd/move_logmel_adam-50e_fsdd-feature.py'
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
    new, old = Config.fromfile(NEW), load(OLD)
    for key in RUN:
        assert with_names(new.to_dict()[key]) == with_names(
            old.to_dict()[key]), key


def test_trains(tmp_path, monkeypatch):
    train_and_test(Config.fromfile(NEW), tmp_path, monkeypatch)
