import pytest
import timm

from projects_move.apis.extraction.backbone_job import backbone_setup
from projects_move.errors import InputError


def test_frames_of_timm():
    setup = backbone_setup('timm/resnet10t', 'none')
    assert setup.config == dict(
        type='TimmBackbone', name='resnet10t', weights=None)
    model = timm.create_model('resnet10t')
    config = timm.data.resolve_model_data_config(model)
    assert setup.preprocessing.mean == config['mean']
    assert setup.preprocessing.crop == config['input_size'][1:]
    assert setup.channels == 512 and setup.input_format == 'NCHW'
    assert setup.notes == (
        'preprocessing: that of the published weights of timm/resnet10t, for '
        'random weights', )
    sampler = dict(type='SampleVideoFrames', num_frames=3)
    types = [step['type'] for step in setup.pipeline(sampler)]
    assert types == [
        'VideoInit', 'SampleVideoFrames', 'VideoDecode', 'ResizeFrames',
        'CenterCropFrames', 'FormatShape', 'PackActionInputs'
    ]
    assert setup.pipeline(sampler)[1] == sampler


@pytest.mark.parametrize('name, args, clip', [
    ('r3d_18', (), (16, 2)),
    ('r3d_18', (8, ), (8, 2)),
    ('swin3d_t', (1, 5), (1, 5)),
    ('mvit_v1_b', (), (16, 4)),
])
def test_clips_of_torchvision(name, args, clip):
    setup = backbone_setup(f'torchvision/{name}', 'none', None, *args)
    step = setup.pipeline(dict(type='SampleVideoFrames', num_frames=3))[1]
    assert (step['clip_len'], step['frame_interval']) == clip
    assert setup.input_format == 'NCTHW'
    assert setup.recognizer['data_preprocessor']['format_shape'] == 'NCTHW'


@pytest.mark.parametrize('args, message', [
    (('ResNet', ), "timm/NAME, .* efficientnet-lite0, found 'ResNet'"),
    (('efficientnet_lite0', ), "found 'efficientnet_lite0': others need"),
    (('timm/nonsense', ), 'Unknown model'),
    (('timm/resnet10t', 'none', None, 8), 'neither --clip-len'),
    (('timm/resnet10t', 'none', dict(weights='a')), "found weights='a'"),
    (('timm/resnet10t', 'none', dict(colour=1)), 'colour'),
    (('timm/resnet10t', 'gone/a.pth'), 'no file of weights gone/a.pth'),
    (('torchvision/resnet18', 'IMAGENET22K'), 'no weights'),
])
def test_other_settings_are_refused(args, message):
    with pytest.raises(InputError, match=message):
        backbone_setup(*args)


def test_a_folder_called_default_is_no_weights(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / 'default').mkdir()
    setup = backbone_setup('efficientnet-lite0')
    assert setup.config['weights'] == 'default'
