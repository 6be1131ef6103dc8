"""One training and one test of a shipped config on tiny data."""
from pathlib import Path

import torch
from mmengine.config import Config
from mmengine.hooks import Hook
from mmengine.runner import Runner

from tests.published_weights import checkpoint_address, publish_weights
from tests.tiny_data import is_type, shrink_data

ROOT = Path(__file__).parents[1]
CONFIGS = {
    str(path.relative_to(ROOT / 'configs')): path
    for path in sorted((ROOT / 'configs').rglob('*.py'))
    if not {'_base_', 'methods', 'new_style'}
    & set(path.relative_to(ROOT / 'configs').parts)
}


class StartWeights(Hook):
    """Keeps the weights that a training starts from."""

    def before_train_iter(self, runner, batch_idx, **kwargs):
        if batch_idx == 0:
            self.weights = {
                name: value.clone()
                for name, value in runner.model.state_dict().items()
            }


def train_and_test(cfg, tmp_path, monkeypatch, epochs=1):
    """Train a config from its published weights, an iteration an epoch,
    validate and test it.

    The model is the shipped one, but for the aggregators of the paper, whose
    160 million weights would take most of the time, and for the number of
    layers of transformers' models.
    """
    shrink_data(cfg, tmp_path)
    shrink_aggregators(cfg.model)
    if 'config' in cfg.model.backbone:
        cfg.model.backbone.config.num_hidden_layers = 2
    cfg.train_cfg.update(max_epochs=epochs, val_interval=1)
    cfg.default_hooks.checkpoint.update(interval=1, save_optimizer=False)
    cfg.work_dir = str(tmp_path / 'work')
    cfg.visualizer = None
    cfg.experiment_name = tmp_path.name
    published = publish_weights(cfg.model, tmp_path, monkeypatch)

    torch.manual_seed(0)
    runner = Runner.from_cfg(cfg)
    start = StartWeights()
    runner.register_hook(start)
    runner.train()
    if epochs == 1:
        assert_loaded(cfg.model, start.weights, published)
    assert_trained(cfg.model, runner.model, start.weights)
    last = tmp_path / 'work' / f'epoch_{epochs}.pth'
    assert last.exists()
    assert 0 <= runner.test()['long_tail/mAP'] <= 1
    for path in (*tmp_path.rglob('*.pth'), *tmp_path.rglob('*.safetensors')):
        path.unlink()


def assert_loaded(model, start, published):
    """The published weights are those of the backbone when training starts,
    and a model that reads frames starts from some."""
    assert bool(published) == (checkpoint_address(model) is not None)
    kind = model.backbone
    if not (is_type(kind, 'IdentityBackbone')
            or is_type(kind, 'RandomFilterNet')):
        assert published
    for name, value in published.items():
        torch.testing.assert_close(
            start[f'backbone.{name}'],
            value,
            rtol=0,
            atol=0,
            msg=f'backbone.{name} is not as published')


def assert_trained(model, trained, start):
    """A step changes head and neck, and a backbone that is not frozen."""
    changed = {
        name.split('.')[0]
        for name, value in trained.named_parameters()
        if not torch.equal(value, start[name])
    }
    expected = {'cls_head'}
    if model.get('neck'):
        expected.add('neck')
    if not is_type(model.backbone, 'IdentityBackbone') and not model.get(
            'freeze_backbone', False):
        expected.add('backbone')
    assert changed == expected


def shrink_aggregators(model):
    """Give the aggregators of the paper fewer channels; smaller ones stay."""
    netvlad = (model.get('neck') or {}).get('necks', {}).get('netvlad')
    if netvlad is not None and netvlad.num_clusters == 64:
        netvlad.update(num_clusters=3, out_channels=16)
    attention = (model.get('neck') or {}).get('necks', {}).get('attention')
    if attention is not None and attention.get('head_channels') == 512:
        attention.head_channels = 8
    if model.cls_head.num_classes >= 200:
        model.cls_head.hidden_channels = 24


def load(name):
    return Config.fromfile(CONFIGS[name])
