"""Checkpoints with the keys of the published ones, in place of downloads.

The values are random. A file lies where its config, or the cache of torch.hub,
looks for it, so that the config's own loader finds it.
"""
from pathlib import Path

import torch
from mmaction.registry import MODELS

from tests.published_library_weights import is_library, publish_library_weights


def publish_weights(cfg, folder, monkeypatch):
    """Write the checkpoint that a model starts from.

    Args:
        cfg: The model's config.
        folder: For the file.
        monkeypatch: Sets the environment.

    Returns:
        Expected weights by their name in the backbone; empty for a model that
        starts from none.
    """
    if is_library(cfg.backbone):
        return publish_library_weights(cfg.backbone, folder, monkeypatch)
    address = checkpoint_address(cfg)
    if address is None:
        return {}
    weights = random_weights(cfg.backbone)
    if address.startswith('https://download.openmmlab.com/mmaction'):
        state = {f'backbone.{name}': value for name, value in weights.items()}
        state['cls_head.fc_cls.weight'] = torch.randn(400, 8)
        state['cls_head.fc_cls.bias'] = torch.randn(400)
        file = dict(meta=dict(epoch=1), state_dict=state)
    elif address.startswith('https://download.pytorch.org'):
        file = {torchvision_name(k): value for k, value in weights.items()}
        file.update({'fc.weight': torch.randn(1000, 2048),
                     'fc.bias': torch.randn(1000)})  # yapf: disable
        assert len(file) == 320 and 'layer1.0.downsample.1.bias' in file
    else:  # of a 2D backbone, without shifts
        file = {k.replace('.net.', '.'): value for k, value in weights.items()}
    path = Path(address)
    if '://' in address:
        monkeypatch.setenv('TORCH_HOME', str(folder))
        path = folder / 'hub' / 'checkpoints' / path.name
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save(file, path)
    return weights


def checkpoint_address(model):
    """File, URL or library's name that a model's config names, None without
    one."""
    if is_library(model.backbone):
        return model.backbone.type
    for part in (model, model.backbone):
        for name in ('pretrained', 'init_cfg'):
            start = part.get(name)
            if start is not None:
                return start if isinstance(start, str) else start.checkpoint
    return None


def random_weights(backbone):
    """State of a backbone with the architecture of a config."""
    architecture = {
        key: value
        for key, value in backbone.items()
        if key not in ('pretrained', 'pretrained2d', 'init_cfg')
    }
    if 'pretrained2d' in backbone:
        architecture['pretrained2d'] = False
    state = MODELS.build(architecture).state_dict()
    return {  # near those of a new model, which keeps activations finite
        name:
        value * (1 + .1 * torch.rand(())) + 1e-3 * torch.rand(
            ()) if value.is_floating_point() else value
        for name, value in state.items()
    }


def torchvision_name(name):
    """Name of a weight of MMAction2's ResNet in torchvision's ResNet.

    Example:
        >>> torchvision_name('layer1.0.conv2.bn.weight')
        'layer1.0.bn2.weight'
    """
    if 'downsample' in name:
        return name.replace('downsample.conv.',
                            'downsample.0.').replace('downsample.bn.',
                                                     'downsample.1.')
    if '.bn.' in name:
        return name.replace('conv', 'bn').replace('.bn.', '.')
    return name.replace('.conv.', '.')
