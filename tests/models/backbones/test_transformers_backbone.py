import json
from copy import deepcopy

import pytest
import torch
import transformers

from projects_move.errors import InputError
from tests.models.backbones.library_models import (CLIP, TINY, TRANSFORMERS,
                                                   VJEPA2, build,
                                                   classifier_input,
                                                   same_weights,
                                                   transformers_config)

NAMES = pytest.mark.parametrize('name', TRANSFORMERS)
IMAGES = dict(
    clip_vision_model='pooler_output',
    siglip_vision_model='pooler_output',
    dinov2='pooler_output',
    dinov3_vit='pooler_output',
    vit='pooler_output')
SIZES = dict(mean=[.485, .456, .406], std=[.229, .224, .225])


def clips(number=3, length=4, side=32):
    return torch.randn(number, 3, length, side, side)


def whole_model(name, **kwargs):
    config = transformers.AutoConfig.for_model(**TRANSFORMERS[name], **kwargs)
    return transformers.AutoModelForVideoClassification.from_config(config)


def frames_first(x):
    return x.transpose(1, 2)


@NAMES
@torch.no_grad()
def test_features_are_the_input_of_the_classifier(name):
    backbone = build(transformers_config(name))
    model = whole_model(name)
    if name == 'vjepa2':
        model.vjepa2.predictor = None
    same_weights(model, backbone)
    x = clips()
    features = backbone(x)
    seen = classifier_input(model, model.classifier,
                            lambda model: model(frames_first(x)))
    width = VJEPA2['hidden_size'] if name == 'vjepa2' else 16
    assert features.shape == seen.shape == (3, width)
    torch.testing.assert_close(features, seen, rtol=1e-5, atol=1e-5)
    assert (features[0] - features[1]).abs().max() > 1e-4
    parts = torch.cat([backbone(x[:1]), backbone(x[1:])])
    torch.testing.assert_close(parts, features, rtol=1e-5, atol=1e-5)


@NAMES
@torch.no_grad()
def test_mean_of_the_tokens(name):
    backbone = build(transformers_config(name, pooling='mean'))
    config = transformers.AutoConfig.for_model(**TRANSFORMERS[name])
    model = transformers.AutoModel.from_config(config).eval()
    model.load_state_dict(backbone.model.state_dict(), strict=False)
    x = clips()
    tokens = model(frames_first(x)).last_hidden_state
    torch.testing.assert_close(
        backbone(x), tokens.mean(1), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize('kind', IMAGES)
@torch.no_grad()
def test_image_models(kind):
    config = dict(TINY, model_type=kind)
    backbone = build(
        transformers_config(kind, config=config, pooling='pooler'))
    model = transformers.AutoModel.from_config(
        transformers.AutoConfig.for_model(**config)).eval()
    model.load_state_dict(backbone.model.state_dict())
    x = torch.randn(3, 3, 32, 32)
    expected = model(pixel_values=x).pooler_output
    assert expected.shape == (3, 16) == (3, backbone.out_channels)
    for given in (x, x.contiguous(memory_format=torch.channels_last)):
        torch.testing.assert_close(
            backbone(given), expected, rtol=1e-5, atol=1e-5)


@torch.no_grad()
def test_head_of_an_image_model():
    """That of DINOv2 takes the class token and the mean of the others."""
    config = dict(TINY, model_type='dinov2')
    backbone = build(transformers_config('dinov2', config=config))
    model = transformers.AutoModelForImageClassification.from_config(
        transformers.AutoConfig.for_model(**config))
    same_weights(model, backbone)
    x = torch.randn(3, 3, 48, 32)  # DINOv2 interpolates its positions
    seen = classifier_input(model, model.classifier, lambda model: model(x))
    assert seen.shape == (3, 32) == (3, backbone.out_channels)
    torch.testing.assert_close(backbone(x), seen, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize('name, shape, message', [
    ('videomae', (3, 5, 32, 32), 'expected clips of 4 frames'),
    ('vivit', (3, 5, 32, 32), 'expected clips of 4 frames'),
    ('timesformer', (3, 8, 32, 32), 'expected clips of 4 frames'),
    ('vjepa2', (3, 5, 32, 32), 'expected clips of a multiple of 2 frames'),
    ('vjepa2', (3, 4, 48, 48), 'expected frames of 32 x 32 pixels'),
    ('timesformer', (3, 4, 16, 64), 'expected frames of 32 x 32 pixels'),
    ('videomae', (3, 32, 32), 'expected clips'),
])
def test_inputs_that_the_model_would_mistake(name, shape, message):
    with pytest.raises(
            InputError, match=f'transformers/tiny/{name} does not.*{message}'):
        build(transformers_config(name))(torch.randn(2, *shape))


def test_any_even_length_of_vjepa2():
    assert build(transformers_config('vjepa2'))(clips(2, 6)).shape == (2, 24)


def test_dropout_is_that_of_the_model():
    config = dict(TRANSFORMERS['videomae'], hidden_dropout_prob=.5)
    backbone = build(transformers_config('videomae', config=config))
    x = clips()
    assert torch.equal(backbone(x), backbone(x))
    backbone.train()
    assert not torch.equal(backbone(x), backbone(x))


@pytest.mark.parametrize('suffix', ['.pth', '.safetensors'])
@NAMES
def test_weights_of_a_file(name, suffix, tmp_path):
    """Of a model of other classes, with the library's names."""
    model = whole_model(name, num_labels=7)
    path = str(tmp_path / f'a{suffix}')
    if suffix == '.pth':
        torch.save(model.state_dict(), path)
    else:
        from safetensors.torch import save_file
        save_file(model.state_dict(), path)
    backbone = build(transformers_config(name, weights=path))
    backbone.init_weights()
    state = model.state_dict()
    for key, value in backbone.model.state_dict().items():
        assert torch.equal(value, state[key]), key


def pretrained(tmp_path):
    """State of a pretraining of VideoMAE: encoder and decoder."""
    config = transformers.AutoConfig.for_model(
        **TRANSFORMERS['videomae'],
        decoder_num_attention_heads=2,
        decoder_hidden_size=16,
        decoder_num_hidden_layers=1,
        decoder_intermediate_size=24)
    model = transformers.VideoMAEForPreTraining(config)
    torch.save(model.state_dict(), tmp_path / 'a.pth')
    return model, str(tmp_path / 'a.pth')


def test_weights_of_a_pretraining(tmp_path):
    model, path = pretrained(tmp_path)
    backbone = build(
        transformers_config('videomae', weights=path, pooling='mean'))
    backbone.init_weights()
    for key, value in backbone.model.state_dict().items():
        assert torch.equal(value, model.videomae.state_dict()[key]), key
    backbone = build(transformers_config('videomae', weights=path))
    with pytest.raises(
            InputError,
            match="a.pth lack 2 of .*pooling='head'.*fc_norm.*pooling='mean'"):
        backbone.init_weights()


@pytest.mark.parametrize('change, message', [
    (lambda state: state.pop('videomae.encoder.layer.1.output.dense.bias'),
     'a.pth lack 1 of the .*encoder.layer.1.output.dense.bias'),
    (lambda state: state.update({
        'videomae.encoder.layer.2.output.dense.bias': torch.ones(16)}),
     'a.pth have 1 weights that .*encoder.layer.2.output.dense.bias'),
    (lambda state: state.update({'fc_norm.bias': torch.ones(9)}),
     'a.pth into transformers/tiny/videomae'),
])  # yapf: disable
def test_weights_that_do_not_fit(change, message, tmp_path):
    state = whole_model('videomae').state_dict()
    change(state)
    torch.save(state, tmp_path / 'a.pth')
    backbone = build(
        transformers_config('videomae', weights=str(tmp_path / 'a.pth')))
    with pytest.raises(InputError, match=message):
        backbone.init_weights()


def published(folder, config, processor=None):
    """Folder of ``save_pretrained``, as the hub has it."""
    model = transformers.AutoModelForVideoClassification.from_config(
        transformers.AutoConfig.for_model(**config))
    model.save_pretrained(folder)
    if processor is not None:
        (folder / 'preprocessor_config.json').write_text(json.dumps(processor))
    return model


VIDEOMAE_PROCESSOR = dict(
    image_processor_type='VideoMAEImageProcessor',
    crop_size=dict(height=224, width=224),
    do_center_crop=True,
    do_normalize=True,
    do_rescale=True,
    do_resize=True,
    image_mean=[.485, .456, .406],
    image_std=[.229, .224, .225],
    resample=2,
    rescale_factor=1 / 255,
    size=dict(shortest_edge=224))


def test_published_weights_and_processor(tmp_path):
    config = TRANSFORMERS['videomae']
    model = published(tmp_path, config, VIDEOMAE_PROCESSOR)
    for weights in (str(tmp_path), 'default'):
        backbone = build(
            dict(
                type='TransformersBackbone',
                name=str(tmp_path),
                config=config if weights == 'default' else None,
                weights=weights))
        assert backbone.preprocessing is None
        backbone.init_weights()
        state = model.state_dict()
        for key, value in backbone.model.state_dict().items():
            assert torch.equal(value, state[key]), key
        assert backbone.preprocessing == (pytest.approx(
            (.485, .456, .406)), pytest.approx(
                (.229, .224, .225)), 224, (224, 224), 'bilinear', True, False)


@pytest.mark.parametrize('key, value', [('num_attention_heads', 4),
                                        ('hidden_act', 'relu'),
                                        ('layer_norm_eps', 1e-3)])
def test_weights_of_another_architecture(key, value, tmp_path):
    """Their shapes are the same, their features are not."""
    published(tmp_path, dict(TRANSFORMERS['videomae'], **{key: value}))
    backbone = build(
        dict(
            type='TransformersBackbone',
            name=str(tmp_path),
            config=TRANSFORMERS['videomae']))
    with pytest.raises(InputError, match=f'{key}={value!r}, but'):
        backbone.init_weights()


def test_pixels_of_vivit(tmp_path):
    """Its processor scales them to -1 ... 1 and then normalizes them."""
    published(
        tmp_path, TRANSFORMERS['vivit'],
        dict(
            VIDEOMAE_PROCESSOR,
            image_processor_type='VivitImageProcessor',
            offset=True,
            rescale_factor=1 / 127.5,
            image_mean=[.5] * 3,
            image_std=[.5] * 3,
            size=dict(shortest_edge=36),
            crop_size=dict(height=32, width=32)))
    backbone = build(dict(type='TransformersBackbone', name=str(tmp_path)))
    backbone.init_weights()
    processor = transformers.AutoImageProcessor.from_pretrained(tmp_path)
    pixels = torch.randint(0, 255, (36, 36, 3), dtype=torch.uint8)
    expected = processor([pixels.numpy()], return_tensors='pt').pixel_values
    rule = backbone.preprocessing
    crop = pixels[2:34, 2:34].permute(2, 0, 1).double()
    mean, std = (255 * torch.tensor(part, dtype=torch.float64)[:, None, None]
                 for part in (rule.mean, rule.std))
    torch.testing.assert_close(
        ((crop - mean) / std).float(),
        expected.flatten(0, -4)[0],
        rtol=1e-4,
        atol=1e-4)


@pytest.mark.parametrize('settings, message', [
    (dict(config=dict(TINY, model_type='nothing')), 'known model_type'),
    (dict(config=dict(TINY)), 'model_type'),
    (dict(config=dict(CLIP, model_type='videomae'), pooling='max'),
     "expected a pooling of head, pooler, mean, found 'max'"),
    (dict(config=dict(TINY, model_type='clip_vision_model')), 'cannot build'),
    (dict(config=dict(model_type='bert', hidden_size=16,
                      num_hidden_layers=1, num_attention_heads=2),
          pooling='mean'), 'takes input_ids'),
])  # yapf: disable
def test_other_models_are_refused(settings, message):
    with pytest.raises(InputError, match=message):
        build(transformers_config('x', **settings))


def test_a_model_without_a_pooler():
    backbone = build(transformers_config('videomae', pooling='pooler'))
    with pytest.raises(InputError, match='videomae'):
        backbone(clips())


def test_name_without_config(tmp_path):
    with pytest.raises(InputError, match='cannot load the config.json of .*x'):
        build(dict(type='TransformersBackbone', name=str(tmp_path / 'x')))


def test_images_of_a_model_of_images_and_texts(tmp_path):
    config = transformers.CLIPConfig(
        vision_config=TINY,
        text_config=dict(
            hidden_size=16,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=24,
            vocab_size=50))
    model = transformers.CLIPModel(config)
    model.save_pretrained(tmp_path)
    backbone = build(
        dict(
            type='TransformersBackbone', name=str(tmp_path), pooling='pooler'))
    backbone.init_weights()
    x = torch.randn(2, 3, 32, 32)
    with torch.no_grad():
        expected = model.eval().vision_model(pixel_values=x).pooler_output
        torch.testing.assert_close(backbone(x), expected, rtol=1e-5, atol=1e-5)
    assert deepcopy(backbone)(x).shape == (2, 16)
