import pytest
import torchvision

from projects_move.apis.extraction.backbone_weights import strip_pretrained
from projects_move.models.backbones import (EfficientNetLite0Backbone,
                                            TimmBackbone, library_config)

SHORT = {
    'timm/vit_base_patch16_clip_224.openai':
    ('TimmBackbone', 'vit_base_patch16_clip_224.openai'),
    'torchvision/swin_t': ('TorchvisionBackbone', 'swin_t'),
    'transformers/MCG-NJU/videomae-base':
    ('TransformersBackbone', 'MCG-NJU/videomae-base'),
}


@pytest.mark.parametrize('short', SHORT)
def test_short_names(short):
    kind, name = SHORT[short]
    assert library_config(dict(type=short, pooling='mean')) == dict(
        type=kind, name=name, pooling='mean')
    assert strip_pretrained(dict(type=short)) == dict(
        type=kind, name=name, weights=None)


def test_name_of_efficientnet_lite0():
    config = dict(type='efficientnet-lite0', weights='a.pth')
    assert library_config(config) == dict(
        type='EfficientNetLite0Backbone', weights='a.pth')
    assert strip_pretrained(config) == dict(
        type='EfficientNetLite0Backbone', weights=None)
    assert strip_pretrained(dict(type=EfficientNetLite0Backbone)) == dict(
        type=EfficientNetLite0Backbone, weights=None)


def test_names_of_mmaction2():
    """It loads no weights unless it is told to."""
    timm = dict(type='TimmBackbone', name='vit_tiny.augreg')
    assert library_config(dict(type='timm.vit_tiny.augreg')) == dict(
        timm, weights=None)
    assert library_config(
        dict(
            type='timm.vit_tiny.augreg',
            pretrained=True,
            num_classes=0,
            feature_shape='NLC')) == dict(
                timm, weights='default')
    swin = dict(type='TorchvisionBackbone', name='swin_t')
    assert library_config(
        dict(type='torchvision.swin_t', weights='IMAGENET1K_V1')) == dict(
            swin, weights='IMAGENET1K_V1')
    assert library_config(dict(type=torchvision.models.swin_t,
                               dropout=.1)) == dict(
                                   swin, dropout=.1, weights=None)


@pytest.mark.parametrize('config', [
    dict(type='ResNet', depth=50),
    dict(type='mmpretrain.VisionTransformer'),
    dict(type='other/thing'),
    dict(type=TimmBackbone, name='resnet18'),
])
def test_other_configs_are_kept(config):
    before = dict(config)
    assert library_config(config) == before == config


@pytest.mark.parametrize('kind', ['TimmBackbone', TimmBackbone])
def test_no_weights_below_a_checkpoint(kind):
    config = dict(type=kind, name='resnet18', weights='a.pth')
    assert strip_pretrained(config) == dict(config, weights=None)
    assert config['weights'] == 'a.pth'
