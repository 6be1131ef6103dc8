import pytest
import torch
import torchvision
from torch import nn

from projects_move.errors import InputError
from tests.models.backbones.library_models import (TORCHVISION, build,
                                                   classifier_input,
                                                   same_weights,
                                                   torchvision_config)

NAMES = pytest.mark.parametrize('name', TORCHVISION)
# the attribute that torchvision documents as the classifier's
CLASSIFIERS = dict(
    resnet18='fc',
    mobilenet_v3_small='classifier.3',
    efficientnet_b0='classifier.1',
    densenet121='classifier',
    squeezenet1_1='classifier.1',
    convnext_tiny='classifier.2',
    swin_t='head',
    vit_b_16='heads.head',
    r3d_18='fc',
    swin3d_t='head')


def inputs(name, number=3):
    return torch.randn(number, *TORCHVISION[name][1])


def whole_model(name, **kwargs):
    return torchvision.models.get_model(name, **TORCHVISION[name][0], **kwargs)


def set_statistics(backbone, x):
    """Statistics of batch norm for a model without training, whose features
    would hardly depend on the input."""
    for module in backbone.modules():
        if hasattr(module, 'running_mean'):
            module.momentum = None  # the mean of all batches
            module.reset_running_stats()
        if type(module).__name__ in ('Dropout', 'StochasticDepth'):
            module.p = 0.
    backbone.train()
    backbone(x)
    backbone.eval()


@NAMES
@torch.no_grad()
def test_features_are_the_input_of_the_classifier(name):
    backbone, x = build(torchvision_config(name)), inputs(name)
    set_statistics(backbone, x)
    model = same_weights(whole_model(name), backbone)
    classifier = model.get_submodule(CLASSIFIERS[name])
    assert classifier.weight.shape[0] in (400, 1000)
    seen = classifier_input(model, classifier, lambda model: model(x))
    seen = seen.flatten(2).mean(2) if seen.ndim > 2 else seen
    features = backbone(x)
    assert features.shape == (3, TORCHVISION[name][2])
    torch.testing.assert_close(features, seen, rtol=1e-5, atol=1e-5)
    assert (features[0] - features[1]).abs().max() > .01 * features.std()
    if x.ndim == 4:
        x = x.double()
        last = x.contiguous(memory_format=torch.channels_last)
        torch.testing.assert_close(backbone.double()(last), backbone(x))


@pytest.mark.parametrize('name', ['resnet18', 'swin_t', 'r3d_18'])
def test_weights_of_a_file(name, tmp_path):
    """Of a model of other classes."""
    model = whole_model(name, num_classes=7)
    torch.save(model.state_dict(), tmp_path / 'a.pth')
    backbone = build(torchvision_config(name, weights=str(tmp_path / 'a.pth')))
    assert backbone.preprocessing is None
    backbone.init_weights()
    for key, value in backbone.model.state_dict().items():
        assert torch.equal(value, model.state_dict()[key]), key


@pytest.mark.parametrize('change, message', [
    (lambda state: state.pop('layer4.1.conv2.weight'),
     'a.pth lacks 1 of the .* torchvision/resnet18: layer4.1.conv2.weight'),
    (lambda state: state.update({'layer4.2.conv1.weight': torch.ones(1)}),
     'a.pth has 1 weights that .* lacks: .*layer4.2.conv1.weight'),
    (lambda state: state.update({'bn1.bias': torch.ones(3)}),
     'size mismatch for bn1.bias'),
])
def test_weights_that_do_not_fit(change, message, tmp_path):
    state = whole_model('resnet18').state_dict()
    change(state)
    torch.save(state, tmp_path / 'a.pth')
    backbone = build(
        torchvision_config('resnet18', weights=str(tmp_path / 'a.pth')))
    with pytest.raises(InputError, match=f'(?s){message}'):
        backbone.init_weights()


@pytest.mark.parametrize('name', ['default', 'IMAGENET1K_V1'])
def test_published_weights(name, tmp_path, monkeypatch):
    """From the cache of torch, where a download lies."""
    entry = torchvision.models.ResNet18_Weights.IMAGENET1K_V1
    model = whole_model('resnet18')
    file = tmp_path / 'hub' / 'checkpoints' / entry.url.rpartition('/')[2]
    file.parent.mkdir(parents=True)
    torch.save(model.state_dict(), file)
    monkeypatch.setenv('TORCH_HOME', str(tmp_path))
    backbone = build(torchvision_config('resnet18', weights=name))
    backbone.init_weights()
    assert torch.equal(backbone.model.conv1.weight, model.conv1.weight)
    preset = entry.transforms()
    expected = backbone.preprocessing
    assert list(expected.mean) == preset.mean
    assert list(expected.std) == preset.std
    assert [expected.resize] == preset.resize_size
    assert list(expected.crop) == preset.crop_size * 2


@pytest.mark.parametrize('settings, message', [
    (dict(name='resnet19'),
     "found 'resnet19'; similar names: resnet1[08], resnet"),
    (dict(name='zzz'), "found 'zzz'; similar names: none$"),
    (dict(name='fasterrcnn_resnet50_fpn'), 'expected a classifier'),
    (dict(name='googlenet'), 'expected a classifier'),
    (dict(name='resnet18', weights='IMAGENET22K'),
     "no weights 'IMAGENET22K': expected a file or one of IMAGENET1K_V1"),
    (dict(name='resnet18', depht=3), 'cannot build torchvision/resnet18'),
])
def test_other_models_are_refused(settings, message):
    with pytest.raises(InputError, match=message):
        build(dict(type='TorchvisionBackbone', **settings))


def test_frames_of_another_size():
    with pytest.raises(
            InputError,
            match=r'torchvision/vit_b_16 .* shape \(3, 40, 32\).*Wrong image'):
        build(torchvision_config('vit_b_16'))(torch.randn(1, 3, 40, 32))


def test_dropout_is_that_of_the_model():
    backbone, x = build(torchvision_config('swin_t')), inputs('swin_t')
    assert torch.equal(backbone(x), backbone(x))
    backbone.train()
    assert not torch.equal(backbone(x), backbone(x))
    assert any(isinstance(m, nn.Dropout) for m in backbone.modules())
