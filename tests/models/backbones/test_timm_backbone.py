import pytest
import timm
import torch

from projects_move.errors import InputError
from tests.models.backbones.library_models import (TIMM, build,
                                                   classifier_input,
                                                   same_weights, timm_config)

NAMES = pytest.mark.parametrize('name', TIMM)
VIT = 'vit_tiny_patch16_224'


def images(name, number=3):
    return torch.randn(number, 3, TIMM[name][1], TIMM[name][1])


def whole_model(name, **kwargs):
    return timm.create_model(name, **{**TIMM[name][0], **kwargs})


@NAMES
@torch.no_grad()
def test_features_are_the_input_of_the_classifier(name):
    backbone = build(timm_config(name))
    model = same_weights(whole_model(name), backbone)
    x = images(name)
    features = backbone(x)
    assert features.shape == (3, TIMM[name][2])
    assert backbone.out_channels == TIMM[name][2]
    expected = model.forward_head(model.forward_features(x), pre_logits=True)
    torch.testing.assert_close(features, expected, rtol=1e-5, atol=1e-5)
    classifier = model.get_classifier()
    if isinstance(classifier, torch.nn.Linear):
        seen = classifier_input(model, classifier, lambda model: model(x))
        torch.testing.assert_close(features, seen, rtol=1e-5, atol=1e-5)
    assert (features[0] - features[1]).abs().max() > 1e-3


@NAMES
@torch.no_grad()
def test_memory_format_and_chunks_change_nothing(name):
    backbone, x = build(timm_config(name)), images(name, 5)
    features = backbone(x)
    last = backbone(x.contiguous(memory_format=torch.channels_last))
    torch.testing.assert_close(last, features, rtol=1e-5, atol=1e-5)
    parts = torch.cat([backbone(x[:2]), backbone(x[2:])])
    torch.testing.assert_close(parts, features, rtol=1e-5, atol=1e-5)


@torch.no_grad()
def test_frames_of_another_size():
    backbone = build(timm_config(VIT, dynamic_img_size=True))
    x = torch.randn(2, 3, 48, 64)
    model = same_weights(whole_model(VIT, dynamic_img_size=True), backbone)
    seen = classifier_input(model, model.head, lambda model: model(x))
    torch.testing.assert_close(backbone(x), seen, rtol=1e-5, atol=1e-5)
    with pytest.raises(
            InputError, match=r'timm/vit_tiny.* shape \(3, 48, 64\).*48.*32'):
        build(timm_config(VIT))(x)


def test_dropout_is_that_of_the_model():
    backbone = build(timm_config(VIT, proj_drop_rate=.5))
    x = images(VIT)
    assert torch.equal(backbone(x), backbone(x))
    backbone.train()
    assert not torch.equal(backbone(x), backbone(x))


@pytest.mark.parametrize('suffix', ['.pth', '.safetensors'])
@pytest.mark.parametrize('name', [
    'vit_base_patch16_clip_quickgelu_224.openai', 'mobilenetv3_small_050',
    'deit_tiny_distilled_patch16_224'
])
def test_weights_of_a_file(name, suffix, tmp_path):
    model = same_weights(
        whole_model(name, num_classes=7), build(timm_config(name)))
    path = str(tmp_path / f'a{suffix}')
    save(model.state_dict(), path)
    backbone = build(timm_config(name, weights=path))
    backbone.init_weights()
    for key, value in backbone.model.state_dict().items():
        assert torch.equal(value, model.state_dict()[key]), key
    with torch.no_grad():
        for parameter in backbone.parameters():
            parameter.zero_()
    backbone.init_weights()  # a second time it does nothing
    assert all((p == 0).all() for p in backbone.parameters())


def test_weights_are_resampled_as_by_timm(tmp_path):
    """To another size of the frames, by the filter of the library."""
    model = build(timm_config(VIT)).model
    path = str(tmp_path / 'a.pth')
    save(dict(model=model.state_dict()), path)
    backbone = build(timm_config(VIT, img_size=64, weights=path))
    backbone.init_weights()
    expected = timm.layers.resample_abs_pos_embed(
        model.pos_embed, new_size=(4, 4))
    torch.testing.assert_close(backbone.model.pos_embed, expected)


@pytest.mark.parametrize('change, message', [
    (lambda state: state.pop('blocks.1.mlp.fc1.bias'),
     r'a.pth into timm/vit_tiny.*Missing key.*blocks.1.mlp.fc1.bias'),
    (lambda state: state.update({'blocks.2.norm1.bias': torch.ones(24)}),
     'Unexpected key.*blocks.2.norm1.bias'),
    (lambda state: state.update({'norm.bias': torch.ones(25)}),
     r'size mismatch for norm.bias.*25'),
    (lambda state: state.clear(), 'a.pth: expected a state dict'),
])
def test_weights_that_do_not_fit(change, message, tmp_path):
    state = build(timm_config(VIT)).model.state_dict()
    change(state)
    save(state, tmp_path / 'a.pth')
    backbone = build(timm_config(VIT, weights=str(tmp_path / 'a.pth')))
    before = backbone.model.norm.bias.clone()
    with pytest.raises(InputError, match=f'(?s){message}'):
        backbone.init_weights()
    assert torch.equal(backbone.model.norm.bias, before)


@pytest.mark.parametrize('settings, message', [
    (dict(name='vit_huge_of_nobody'), 'cannot build timm/vit_huge_of_nobody'),
    (dict(name='vit_tiny_patch16_224.nobody'), 'nobody'),
    (dict(name='resnet18', depht=3), 'cannot build timm/resnet18.*depht'),
    (dict(name='resnet18', num_classes=5),
     'timm/resnet18: expected weights=..., found num_classes=5'),
])
def test_other_models_are_refused(settings, message):
    with pytest.raises(InputError, match=message):
        build(dict(type='TimmBackbone', **settings))


def test_tokens_are_not_taken_for_channels():
    backbone = build(timm_config(VIT, global_pool=''))
    with pytest.raises(
            InputError, match=r'timm/vit_tiny.* returned \(3, 5, 24\)'):
        backbone(images(VIT))


def save(state, path):
    if str(path).endswith('.safetensors'):
        from safetensors.torch import save_file
        save_file(state, path)
    else:
        torch.save(state, path)
