import os
import signal
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from mmaction.registry import DATASETS, MODELS, TRANSFORMS
from mmengine.dataset import Compose

from projects_move.apis.extraction.chunked_decoding import DecodedPieces
from projects_move.apis.extraction.feature_extractor import (
    FeatureExtractor, weights_digest, write_feature_file)
from projects_move.datasets.features.manifest import read_manifest

PIPELINE = [
    dict(type='OpenCVInit'),
    dict(type='SampleVideoFrames', num_frames=7),
    dict(type='OpenCVDecode'),
    dict(type='FormatShape', input_format='NCHW'),
    dict(type='PackActionInputs', meta_keys=('video_id', ))
]


@pytest.fixture
def folder(tmp_path):
    """Three videos of noise that differ in length, and two that fail."""
    rng = np.random.default_rng(0)
    for i in range(3):
        writer = cv2.VideoWriter(
            str(tmp_path / f'v{i}.mp4'), cv2.VideoWriter_fourcc(*'mp4v'), 15,
            (64, 64))
        for _ in range(9 + 4 * i):
            writer.write(rng.integers(0, 255, (64, 64, 3), dtype=np.uint8))
        writer.release()
    (tmp_path / 'text.mp4').write_text('no video')
    (tmp_path / 'all.lst').write_text('v0 0\nv1 1\ntext 0\nv2 2\nabsent 1\n')
    return tmp_path


def build(**kwargs):
    return MODELS.build(
        dict(
            type='MOVERecognizer',
            backbone=dict(type='RandomFilterNet', num_filters=6),
            neck=dict(
                type='ParallelNeck',
                in_channels=12,
                necks=dict(
                    attention=dict(type='PSANeck', head_channels=4),
                    netvlad=dict(
                        type='NetVLADNeck', num_clusters=3, out_channels=5))),
            cls_head=dict(type='LongTailHead', num_classes=3, in_channels=17),
            data_preprocessor=dict(
                type='ActionDataPreprocessor', mean=[120.] * 3, std=[60.] * 3))
        | kwargs).eval()


def videos(folder, name='all.lst'):
    dataset = DATASETS.build(
        dict(
            type='LongTailDataset',
            ann_file=name,
            data_root=str(folder),
            data_prefix=dict(video=''),
            pipeline=[]))
    return [dataset.get_data_info(i) for i in range(len(dataset))]


def test_cached_features_give_the_logits_of_the_video(folder):
    model = build()
    extractor = FeatureExtractor(model, folder / 'out', 'float32', chunk=3)
    infos = [info for info in videos(folder) if info['video_id'][0] == 'v']
    assert all(not reason for _, reason in extractor.run(infos, PIPELINE))
    cached = build(
        backbone=dict(type='IdentityBackbone'),
        data_preprocessor=dict(type='FeatureDataPreprocessor'))
    cached.load_state_dict(model.state_dict(), strict=False)
    for info in infos:
        packed = Compose(PIPELINE)(dict(info))
        raw = model.data_preprocessor(
            dict(
                inputs=[packed['inputs']],
                data_samples=[packed['data_samples']]))['inputs']
        features = np.load(folder / 'out' / f"{info['video_id']}.npy")
        assert features.shape == (7, 12)
        with torch.no_grad():
            expected = model(raw, mode='tensor')
            logits = cached(torch.from_numpy(features)[None], mode='tensor')
        torch.testing.assert_close(logits, expected, rtol=1e-5, atol=1e-5)


def test_goes_on_past_failures_and_names_them(folder):
    extractor = FeatureExtractor(build(), folder / 'out')
    reasons = dict(extractor.run(videos(folder), PIPELINE, num_workers=1))
    assert {name
            for name, reason in reasons.items()
            if reason} == {'text', 'absent'}
    assert 'text.mp4' in reasons['text']
    assert 'absent.mp4: FileNotFoundError' in reasons['absent']
    names = {path.name for path in (folder / 'out').iterdir()}
    assert names == {'v0.npy', 'v1.npy', 'v2.npy'}
    assert np.load(folder / 'out' / 'v0.npy').dtype == np.float16


@TRANSFORMS.register_module()
class Crash:
    """Ends the process at one video, always or ``once``."""

    def __init__(self, name, once=''):
        self.name = name
        self.once = once and Path(once)

    def __call__(self, results):
        if results['video_id'] == self.name:
            if not self.once or not self.once.exists():
                self.once and self.once.touch()
                os.kill(os.getpid(), signal.SIGKILL)
        return results


@pytest.mark.filterwarnings('ignore:This DataLoader will create')
def test_goes_on_past_a_decoder_that_dies(folder):
    extractor = FeatureExtractor(build(), folder / 'out', chunk=3)
    pipeline = [PIPELINE[0], dict(type='Crash', name='v1'), *PIPELINE[1:]]
    told = list(extractor.run(videos(folder), pipeline, num_workers=2))
    reasons = dict(told)
    assert len(told) == 5
    assert {name for name in reasons if not reasons[name]} == {'v0', 'v2'}
    assert 'v1.mp4: decoder died: RuntimeError: DataLoader worker' in reasons[
        'v1']
    assert 'absent.mp4: FileNotFoundError' in reasons['absent']
    assert {path.name
            for path in (folder / 'out').iterdir()} == {'v0.npy', 'v2.npy'}


def test_a_decoder_may_die_while_it_is_asked(folder, monkeypatch):
    """Then the connection ends, and PyTorch still sees the process."""
    extractor = FeatureExtractor(build(), folder / 'out')
    loader = torch.utils.data.dataloader._MultiProcessingDataLoaderIter
    get, errors = loader._try_get_data, [EOFError(), ConnectionResetError()]

    def ends(self, *args, **kwargs):
        if errors:
            raise errors.pop()
        return get(self, *args, **kwargs)

    monkeypatch.setattr(loader, '_try_get_data', ends)
    infos = [info for info in videos(folder) if info['video_id'][0] == 'v']
    reasons = dict(extractor.run(infos, PIPELINE, num_workers=1))
    assert list(reasons.values()).count('') == 2 and len(reasons) == 3
    assert 'v0.mp4: decoder died: EOFError' in reasons['v0']


def test_a_decoder_that_dies_once_costs_nothing(folder):
    extractor = FeatureExtractor(build(), folder / 'out')
    crash = dict(type='Crash', name='v1', once=str(folder / 'crashed'))
    reasons = dict(
        extractor.run(
            videos(folder), [PIPELINE[0], crash, *PIPELINE[1:]],
            num_workers=1))
    assert (folder / 'crashed').exists()
    assert {name
            for name in reasons if not reasons[name]} == {'v0', 'v1', 'v2'}


@pytest.mark.parametrize('value', [1e6, np.nan])
def test_features_too_large_for_the_file_fail(folder, monkeypatch, value):
    model, infos, values = build(), videos(folder)[:2], [value, 1.]
    whole = model.extract_frames

    def spoilt(inputs):
        frames = whole(inputs)
        frames[0, 2, 1] = values.pop(0)
        return frames

    monkeypatch.setattr(model, 'extract_frames', spoilt)
    extractor = FeatureExtractor(model, folder / 'out')
    assert dict(extractor.run(infos, PIPELINE)) == {
        'v0': 'features hold NaN or are too large for float16',
        'v1': ''
    }
    assert not (folder / 'out' / 'v0.npy').exists()


def test_resumes_by_what_is_there(folder):
    extractor = FeatureExtractor(build(), folder / 'out')
    infos = videos(folder)
    steps = extractor.run(extractor.missing(infos), PIPELINE)
    assert next(steps)[0] == 'v0'
    steps.close()
    left = [info['video_id'] for info in extractor.missing(infos)]
    assert left == ['v1', 'text', 'v2', 'absent']
    assert len(extractor.missing(infos + infos)) == 4


def test_an_interrupted_write_leaves_nothing(tmp_path, monkeypatch):

    def broken(file, *args, **kwargs):
        file.write(b'half')
        raise KeyboardInterrupt

    monkeypatch.setattr(np, 'save', broken)
    with pytest.raises(KeyboardInterrupt):
        write_feature_file(tmp_path / 'a.npy', np.ones((2, 2)))
    assert not list(tmp_path.iterdir())


def test_the_manifest_comes_with_the_first_feature(folder):
    out, infos = folder / 'out', videos(folder)
    bad = [info for info in infos if info['video_id'] == 'text']
    extractor = FeatureExtractor(build(), out, manifest=dict(backbone='a'))
    assert dict(extractor.run(bad, PIPELINE))['text']
    assert not out.exists()
    assert next(extractor.run(infos, PIPELINE)) == ('v0', '')
    assert read_manifest(out) == dict(backbone='a')
    another = FeatureExtractor(build(), out, manifest=dict(backbone='b'))
    with pytest.raises(ValueError, match="another backbone: 'a', not 'b'"):
        next(another.run(infos[1:], PIPELINE))
    assert not (out / 'v1.npy').exists()


def test_digest_sees_names_and_values():
    a = dict(x=torch.ones(2), y=torch.zeros(1))
    assert weights_digest(a) == weights_digest(dict(reversed(a.items())))
    assert weights_digest(a) != weights_digest(dict(a, x=torch.zeros(2)))
    assert weights_digest(a) != weights_digest(
        dict(z=torch.ones(2), y=torch.zeros(1)))


def crop_pipeline(**sampling):
    return [
        dict(type='OpenCVInit'),
        dict(type='SampleVideoFrames', **sampling),
        dict(type='OpenCVDecode'),
        dict(type='Resize', scale=(-1, 40)),
        dict(type='TenCrop', crop_size=32),
        dict(type='FormatShape', input_format='NCHW'),
        dict(type='PackActionInputs', meta_keys=('video_id', ))
    ]


def only(folder, **kwargs):
    """Features of one video, by a chunk that does not divide its frames."""
    pipeline = kwargs.pop('pipeline', PIPELINE)
    model = kwargs.pop('model', None) or build()
    extractor = FeatureExtractor(model, folder / 'out', 'float32', **kwargs)
    infos = [info for info in videos(folder) if info['video_id'] == 'v1']
    assert dict(extractor.run(infos, pipeline)) == {'v1': ''}
    return np.load(folder / 'out' / 'v1.npy')


def test_mirror_images_follow_each_frame(folder):
    plain = only(folder, chunk=3)
    rows = only(folder, chunk=3, flip=True)
    assert rows.shape == (14, 12)
    np.testing.assert_allclose(rows[::2], plain, atol=1e-6)
    assert (np.abs(rows[1::2] - plain).max(1) > 1e-4).all()


def test_crops_follow_each_frame(folder):
    """The mirror image of a crop is the crop of the mirror image."""
    model = build()
    rows = only(
        folder,
        chunk=2,
        num_crops=10,
        model=model,
        pipeline=crop_pipeline(num_frames=5))
    frames = rows.reshape(5, 5, 2, 12)  # frame, place, mirrored, channel
    centre = crop_pipeline(num_frames=5)
    centre[4] = dict(type='CenterCrop', crop_size=32)
    plain = only(folder, chunk=4, model=model, flip=True, pipeline=centre)
    np.testing.assert_allclose(frames[:, 4].reshape(10, 12), plain, atol=1e-6)


def test_long_videos_come_in_pieces(folder):
    infos = [info for info in videos(folder) if info['video_id'] != 'absent']
    pieces = list(DecodedPieces(infos, PIPELINE, size=3))
    assert [
        (piece.name, piece.is_last, bool(piece.problem)) for piece in pieces
    ] == [('v0', False, False), ('v0', False, False), ('v0', True, False),
          ('v1', False, False), ('v1', False, False), ('v1', True, False),
          ('text', True, True), ('v2', False, False), ('v2', False, False),
          ('v2', True, False)]
    assert [len(piece.packed['inputs']) for piece in pieces[:3]] == [3, 3, 1]
    with pytest.raises(ValueError, match='expected one decoder'):
        DecodedPieces(infos, PIPELINE[:2], 3)


def test_shifts_stay_within_their_segments(folder):
    """Seven frames in segments of four: the last one is repeated once."""
    backbone = dict(
        type='MobileNetV2TSM',
        num_segments=4,
        widen_factor=.25,
        pretrained2d=False)
    model = build(backbone=backbone, neck=None, cls_head=None)
    rows = only(folder, model=model, chunk=5)
    assert rows.shape == (7, 1280)
    frames = packed(folder, PIPELINE)['inputs']
    frames = torch.cat([frames, frames[-1:]])
    with torch.no_grad():
        data = model.data_preprocessor(dict(inputs=[frames], data_samples=[]))
        expected = model.extract_frames(data['inputs'])[0, :7]
    np.testing.assert_allclose(rows, expected, atol=1e-5)


def test_clips_around_the_frames(folder):
    backbone = dict(type='X3D', gamma_w=1, gamma_b=1, gamma_d=1)
    model = build(
        backbone=backbone,
        neck=None,
        cls_head=None,
        data_preprocessor=dict(
            type='ActionDataPreprocessor',
            mean=[120.] * 3,
            std=[60.] * 3,
            format_shape='NCTHW'))
    pipeline = [dict(step) for step in PIPELINE]
    pipeline[1].update(clip_len=4, frame_interval=2)
    pipeline[3]['input_format'] = 'NCTHW'
    rows = only(folder, model=model, chunk=2, pipeline=pipeline)
    whole = packed(folder, pipeline)['inputs']
    assert whole.shape == (7, 3, 4, 64, 64)
    with torch.no_grad():
        data = model.data_preprocessor(dict(inputs=[whole], data_samples=[]))
        expected = model.extract_frames(data['inputs'])[0]
    np.testing.assert_allclose(rows, expected, atol=1e-5)


def packed(folder, pipeline):
    info = next(i for i in videos(folder) if i['video_id'] == 'v1')
    return Compose(pipeline)(info)
