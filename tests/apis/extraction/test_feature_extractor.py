import numpy as np
import pytest
import torch
from mmengine.dataset import Compose

from projects_move.apis.extraction import feature_extractor
from projects_move.apis.extraction.feature_extractor import FeatureExtractor
from projects_move.datasets.features.manifest import read_manifest
from tests.apis.extraction.videos import (PIPELINE, PREPROCESSOR,
                                          build_recognizer, data_infos)


def frames_of(model, folder, name, pipeline=PIPELINE):
    """Inputs of the backbone without chunks or cached features."""
    info, = data_infos(folder, name)
    packed = Compose(pipeline)(info)
    return model.data_preprocessor(
        dict(inputs=[packed['inputs']],
             data_samples=[packed['data_samples']]))['inputs']


def extract(folder, pipeline=PIPELINE, model=None, **kwargs):
    """Features of one video."""
    extractor = FeatureExtractor(model or build_recognizer(), folder / 'out',
                                 'float32', **kwargs)
    assert [*extractor.run(data_infos(folder, 'v1'), pipeline)] == [('v1', '')]
    return np.load(folder / 'out' / 'v1.npy')


def assert_extracted(rows, model, frames):
    """Rows are the features of the first frames of one video."""
    with torch.no_grad():
        expected = model.extract_frames(frames)[0, :len(rows)]
    np.testing.assert_allclose(rows, expected, atol=1e-5)


def test_cached_features_give_the_logits_of_the_video(folder):
    model, names = build_recognizer(), ('v0', 'v1', 'v2')
    extractor = FeatureExtractor(model, folder / 'out', 'float32', chunk=3)
    infos = data_infos(folder, *names)
    assert not any(problem for _, problem in extractor.run(infos, PIPELINE))
    cached = build_recognizer(
        backbone=dict(type='IdentityBackbone'),
        data_preprocessor=dict(type='FeatureDataPreprocessor'))
    cached.load_state_dict(model.state_dict(), strict=False)
    for name in names:
        features = np.load(folder / 'out' / f'{name}.npy')
        assert features.shape == (7, 12)
        with torch.no_grad():
            expected = model(frames_of(model, folder, name), mode='tensor')
            logits = cached(torch.from_numpy(features)[None], mode='tensor')
        torch.testing.assert_close(logits, expected, rtol=1e-5, atol=1e-5)


def test_failures_are_named_and_do_not_stop_the_others(folder):
    extractor = FeatureExtractor(build_recognizer(), folder / 'out')
    problems = dict(extractor.run(data_infos(folder), PIPELINE, num_workers=1))
    failed = {name for name, problem in problems.items() if problem}
    assert failed == {'text', 'absent'}
    assert 'text.mp4' in problems['text']
    assert problems['absent'] == f'no video file {folder}/absent.mp4'
    names = {path.name for path in (folder / 'out').iterdir()}
    assert names == {'v0.npy', 'v1.npy', 'v2.npy'}
    assert np.load(folder / 'out' / 'v0.npy').dtype == np.float16


@pytest.mark.parametrize('value', [1e6, np.nan])
def test_features_too_large_for_the_file_fail(folder, monkeypatch, value):
    model, values = build_recognizer(), [value, 1.]
    extract_frames = model.extract_frames

    def replace_one(inputs):
        frames = extract_frames(inputs)
        frames[0, 2, 1] = values.pop(0)
        return frames

    monkeypatch.setattr(model, 'extract_frames', replace_one)
    extractor = FeatureExtractor(model, folder / 'out')
    assert dict(extractor.run(data_infos(folder, 'v0', 'v1'), PIPELINE)) == {
        'v0': 'features hold NaN or are too large for float16',
        'v1': ''
    }
    assert not (folder / 'out' / 'v0.npy').exists()


def test_resumes_after_the_files_that_exist(folder):
    extractor = FeatureExtractor(build_recognizer(), folder / 'out')
    infos = data_infos(folder)
    steps = extractor.run(extractor.missing(infos), PIPELINE)
    assert next(steps)[0] == 'v0'
    steps.close()
    missing = [info['video_id'] for info in extractor.missing(infos)]
    assert missing == ['v1', 'text', 'v2', 'absent']
    assert len(extractor.missing(infos + infos)) == 4


def test_interrupted_write_leaves_nothing(tmp_path, monkeypatch):

    def interrupted(file, *args, **kwargs):
        file.write(b'half')
        raise KeyboardInterrupt

    monkeypatch.setattr(np, 'save', interrupted)
    with pytest.raises(KeyboardInterrupt):
        feature_extractor.write_feature_file(tmp_path / 'a.npy', np.ones(
            (2, 2)))
    assert not list(tmp_path.iterdir())


def test_manifest_is_written_before_the_first_feature(folder):
    out, infos = folder / 'out', data_infos(folder)

    def run(infos, backbone):
        manifest = dict(backbone=backbone)
        extractor = FeatureExtractor(
            build_recognizer(), out, manifest=manifest)
        return next(extractor.run(infos, PIPELINE))

    assert run(data_infos(folder, 'text'), 'a')[1]
    assert not out.exists()
    assert run(infos, 'a') == ('v0', '')
    assert read_manifest(out) == dict(backbone='a')
    with pytest.raises(ValueError, match="another backbone: 'a', not 'b'"):
        run(infos[1:], 'b')
    assert not (out / 'v1.npy').exists()


def test_packed_store_is_refused(tmp_path):
    (tmp_path / 'store.json').touch()
    with pytest.raises(ValueError, match='is a packed store: expected a fold'):
        FeatureExtractor(build_recognizer(), tmp_path)


def test_digest_depends_on_names_and_values():
    digest = feature_extractor.weights_digest
    a = dict(x=torch.ones(2), y=torch.zeros(1))
    assert digest(a) == digest(dict(reversed(a.items())))
    assert digest(a) != digest(dict(a, x=torch.zeros(2)))
    assert digest(a) != digest(dict(z=torch.ones(2), y=torch.zeros(1)))


def test_mirror_images_follow_each_frame(folder):
    plain = extract(folder, chunk=3)
    rows = extract(folder, chunk=3, flip=True)
    assert rows.shape == (14, 12)
    np.testing.assert_allclose(rows[::2], plain, atol=1e-6)
    assert (np.abs(rows[1::2] - plain).max(1) > 1e-4).all()


def test_crops_follow_each_frame(folder):
    """The mirror image of a crop is the crop of the mirror image."""
    model = build_recognizer()
    start = [
        PIPELINE[0],
        dict(type='SampleVideoFrames', num_frames=5), PIPELINE[2],
        dict(type='Resize', scale=(-1, 40))
    ]
    ten, centre = ([*start,
                    dict(type=kind, crop_size=32), *PIPELINE[3:]]
                   for kind in ('TenCrop', 'CenterCrop'))
    rows = extract(folder, ten, model, chunk=2, num_crops=10)
    frames = rows.reshape(5, 5, 2, 12)  # frame, crop, mirrored, channel
    plain = extract(folder, centre, model, chunk=4, flip=True)
    np.testing.assert_allclose(frames[:, 4].reshape(10, 12), plain, atol=1e-6)


def test_segments_of_shifts_are_filled_up(folder):
    """Seven frames in segments of four: the last one is repeated once."""
    backbone = dict(
        type='MobileNetV2TSM',
        num_segments=4,
        widen_factor=.25,
        pretrained2d=False)
    model = build_recognizer(backbone=backbone, neck=None, cls_head=None)
    rows = extract(folder, model=model, chunk=5)
    assert rows.shape == (7, 1280)
    frames = frames_of(model, folder, 'v1')
    frames = torch.cat([frames, frames[:, -1:]], dim=1)
    assert_extracted(rows, model, frames)


def test_clips_around_the_frames(folder):
    model = build_recognizer(
        backbone=dict(type='X3D', gamma_w=1, gamma_b=1, gamma_d=1),
        neck=None,
        cls_head=None,
        data_preprocessor=dict(PREPROCESSOR, format_shape='NCTHW'))
    pipeline = [dict(step) for step in PIPELINE]
    pipeline[1].update(clip_len=4, frame_interval=2)
    pipeline[3]['input_format'] = 'NCTHW'
    rows = extract(folder, pipeline, model, chunk=2)
    clips = frames_of(model, folder, 'v1', pipeline)
    assert clips.shape == (1, 7, 3, 4, 64, 64) and len(rows) == 7
    assert_extracted(rows, model, clips)
