import pytest

from projects_move.apis.extraction.pipeline import extraction_pipeline

PIPELINE = [
    dict(type='VideoInit'),
    dict(type='SampleFrames', clip_len=1, num_clips=8, test_mode=True),
    dict(type='VideoDecode'),
    dict(type='Resize', scale=(-1, 256)),
    dict(type='CenterCrop', crop_size=224),
    dict(type='FormatShape', input_format='NCHW'),
]
SAMPLER = dict(type='SampleVideoFrames', num_frames=150)


def test_sampler_is_replaced_or_kept():
    changed, crops = extraction_pipeline(PIPELINE, SAMPLER)
    assert changed == PIPELINE[:1] + [SAMPLER] + PIPELINE[2:]
    assert crops == 1
    assert extraction_pipeline(PIPELINE, None) == (PIPELINE, 1)


def test_clips_keep_their_length():
    clips = [dict(type='SampleFrames', clip_len=8, frame_interval=4)]
    changed, _ = extraction_pipeline(clips, SAMPLER)
    assert changed == [dict(SAMPLER, clip_len=8, frame_interval=4)]


@pytest.mark.parametrize('size', [224, (224, 224)])
def test_crops(size):
    pipeline = PIPELINE[:4] + [dict(PIPELINE[4], crop_size=size), PIPELINE[5]]
    three, crops = extraction_pipeline(pipeline, SAMPLER, 'three')
    assert crops == 3 and three[4:6] == [
        dict(type='Resize', scale=(-1, 224)),
        dict(type='ThreeCrop', crop_size=224)
    ]
    ten, crops = extraction_pipeline(pipeline, SAMPLER, 'ten')
    assert crops == 10 and ten[4] == dict(type='TenCrop', crop_size=size)


def test_missing_steps_are_named():
    with pytest.raises(ValueError, match='one frame sampler .* found 0'):
        extraction_pipeline(PIPELINE[2:], SAMPLER)
    with pytest.raises(ValueError, match='one CenterCrop .* found 0'):
        extraction_pipeline(PIPELINE[:4], SAMPLER, 'ten')
