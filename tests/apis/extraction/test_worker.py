import numpy as np
import pytest
import torch
from mmengine.dataset import Compose

import tests.apis.extraction.crash  # noqa: F401  registers Crash
from projects_move.apis.extraction.provenance import weights_digest
from projects_move.datasets.features.manifest import read_manifest
from projects_move.datasets.features.packed_store import PackedStore
from tests.apis.extraction.videos import (PIPELINE, PREPROCESSOR, RECOGNIZER,
                                          build_recognizer, build_worker,
                                          data_infos, run_worker, videos_of)


def frames_of(model, folder, name, pipeline=PIPELINE):
    """Inputs of the backbone without chunks or cached features."""
    info, = data_infos(folder, name)
    packed = Compose(pipeline)(info)
    return model.data_preprocessor(
        dict(inputs=[packed['inputs']],
             data_samples=[packed['data_samples']]))['inputs']


def extract(folder, *args, names=('v1', ), **settings):
    """Features of one video, extracted with others, and the model."""
    worker = build_worker(folder / 'out', *args, **settings)
    assert run_worker(worker, data_infos(folder,
                                         *names)) == dict.fromkeys(names, '')
    return np.load(folder / 'out' / 'v1.npy'), worker.embedder.model


def assert_extracted(rows, model, frames):
    """Rows are the features of the first frames of one video."""
    with torch.no_grad():
        expected = model.extract_frames(frames)[0, :len(rows)]
    np.testing.assert_allclose(rows, expected, atol=1e-5)


@pytest.mark.parametrize('batch_size', [1, 3, 5, 64])
@pytest.mark.parametrize('num_workers', [0, 2])
def test_batches_filled_across_videos(folder, batch_size, num_workers):
    """Cached features give the logits of the video."""
    model, names = build_recognizer(), ('v0', 'v1', 'v2')
    worker = build_worker(
        folder / 'out', batch_size=batch_size, num_workers=num_workers)
    sizes, embed = [], worker.embedder.model.extract_frames
    worker.embedder.model.extract_frames = lambda images: (sizes.append(
        images.shape[1]), embed(images))[1]
    run_worker(worker, data_infos(folder, *names))
    assert sum(sizes) == 21 and set(sizes[:-1]) <= {batch_size}
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


def test_store_has_the_features_of_the_files(folder):
    infos = data_infos(folder, 'v0', 'v1', 'v2')
    run_worker(build_worker(folder / 'out', batch_size=5), infos)
    run_worker(build_worker(folder / 'a', packed=True, batch_size=5), infos)
    store = PackedStore(folder / 'a')
    assert list(store.names()) == ['v0', 'v1', 'v2']
    for name in store.names():
        np.testing.assert_array_equal(
            store.open(name).read_checked(),
            np.load(folder / 'out' / f'{name}.npy'))
    assert read_manifest(folder / 'a') == read_manifest(folder / 'out')


def test_stopped_worker_commits_complete_videos(folder):
    worker = build_worker(folder / 'out', packed=True, batch_size=7)
    passes, embed = [], worker.embedder.model.extract_frames
    worker.embedder.model.extract_frames = lambda images: (passes.append(
        images), embed(images))[1]
    infos = data_infos(folder, 'v0', 'v1', 'v2')
    found = list(worker.run(videos_of(infos), lambda: len(passes) == 2))
    assert found == [('v0', ''), ('v1', '')]
    assert list(PackedStore(folder / 'out').names()) == ['v0', 'v1']
    videos = videos_of(data_infos(folder, 'v0', 'v1', 'v2'))
    missing = worker.output.missing(videos)
    assert [missing.name(i) for i in range(len(missing))] == ['v2']


def test_signal_that_ends_the_decoders_too(folder):
    """The batch in hand is finished and committed."""
    marker = folder / 'crashed'
    steps = dict(type='Crash', name='v2', marker=str(marker))
    worker = build_worker(
        folder / 'out',
        pipeline=[PIPELINE[0], steps, *PIPELINE[1:]],
        packed=True,
        num_workers=1)
    infos = data_infos(folder, 'v0', 'v1', 'v2')
    found = list(worker.run(videos_of(infos), marker.exists))
    assert found and found == [('v0', ''), ('v1', '')][:len(found)]
    assert list(PackedStore(
        folder / 'out').names()) == [outcome.name for outcome in found]


def test_closed_iterator_commits_what_was_written(folder):
    worker = build_worker(folder / 'out', packed=True, batch_size=7)
    steps = worker.run(videos_of(data_infos(folder, 'v0', 'v1', 'v2')))
    assert next(steps) == ('v0', '')
    steps.close()
    assert 'v0' in PackedStore(folder / 'out')


def test_failures_are_named_and_do_not_stop_the_others(folder):
    worker = build_worker(folder / 'out', num_workers=1, dtype='float16')
    problems = run_worker(worker, data_infos(folder))
    failed = {name for name, problem in problems.items() if problem}
    assert failed == {'text', 'absent'}
    assert 'text.mp4' in problems['text']
    assert problems['absent'] == f'no video file {folder}/absent.mp4'
    names = {path.name for path in (folder / 'out').iterdir()}
    assert names == {'v0.npy', 'v1.npy', 'v2.npy', 'manifest.json'}
    assert np.load(folder / 'out' / 'v0.npy').dtype == np.float16


@pytest.mark.parametrize('value', [1e6, np.nan])
def test_features_too_large_for_the_file_fail(folder, monkeypatch, value):
    worker = build_worker(folder / 'out', dtype='float16', batch_size=7)
    model, values = worker.embedder.model, [value, 1.]
    extract_frames = model.extract_frames

    def replace_one(inputs):
        frames = extract_frames(inputs)
        frames[0, 2, 1] = values.pop(0)
        return frames

    monkeypatch.setattr(model, 'extract_frames', replace_one)
    assert run_worker(worker, data_infos(folder, 'v0', 'v1')) == {
        'v0': 'features hold NaN or are too large for float16',
        'v1': ''
    }
    assert not (folder / 'out' / 'v0.npy').exists()


def test_resumes_after_the_files_that_exist(folder):
    infos = data_infos(folder)
    worker = build_worker(folder / 'out', batch_size=7)
    steps = worker.run(videos_of(infos))
    while next(steps) != ('v0', ''):
        pass
    steps.close()
    missing = worker.output.missing(videos_of(infos))
    names = [missing.name(i) for i in range(len(missing))]
    done = [path.stem for path in (folder / 'out').glob('*.npy')]
    assert 'v0' in done and {*names, *done} == {
        info['video_id']
        for info in infos
    } and not {*names}.intersection(done)


def test_manifest_is_written_before_the_first_feature(folder):
    out, infos = folder / 'out', data_infos(folder, 'v0', 'v1')

    def run(infos, seed):
        backbone = dict(type='RandomFilterNet', num_filters=6, seed=seed)
        worker = build_worker(out, RECOGNIZER | dict(backbone=backbone))
        return run_worker(worker, infos)

    assert run(data_infos(folder, 'text'), 1)['text']
    assert not out.exists()
    assert run(infos[:1], 1) == {'v0': ''}
    assert read_manifest(out)['backbone']['seed'] == 1
    with pytest.raises(ValueError, match='made with another backbone: '):
        run(infos[1:], 2)
    assert not (out / 'v1.npy').exists()


def test_digest_depends_on_names_and_values():
    a = dict(x=torch.ones(2), y=torch.zeros(1))
    assert weights_digest(a) == weights_digest(dict(reversed(a.items())))
    assert weights_digest(a) != weights_digest(dict(a, x=torch.zeros(2)))
    assert weights_digest(a) != weights_digest(
        dict(z=torch.ones(2), y=torch.zeros(1)))


def test_mirror_images_follow_each_frame(folder):
    plain, _ = extract(folder, batch_size=3)
    (folder / 'out').rename(folder / 'plain')
    rows, _ = extract(folder, batch_size=6, flip=True, names=('v0', 'v1'))
    assert rows.shape == (14, 12)
    np.testing.assert_allclose(rows[::2], plain, atol=1e-6)
    assert (np.abs(rows[1::2] - plain).max(1) > 1e-4).all()


def test_crops_follow_each_frame(folder):
    """The mirror image of a crop is the crop of the mirror image."""
    start = [
        PIPELINE[0],
        dict(type='SampleVideoFrames', num_frames=5), PIPELINE[2],
        dict(type='Resize', scale=(-1, 40))
    ]
    ten, centre = ([*start,
                    dict(type=kind, crop_size=32), *PIPELINE[3:]]
                   for kind in ('TenCrop', 'CenterCrop'))
    rows, _ = extract(
        folder,
        RECOGNIZER,
        ten,
        batch_size=23,
        num_crops=10,
        names=('v0', 'v1'))
    (folder / 'out').rename(folder / 'ten')
    frames = rows.reshape(5, 5, 2, 12)  # frame, crop, mirrored, channel
    plain, _ = extract(folder, RECOGNIZER, centre, batch_size=4, flip=True)
    np.testing.assert_allclose(frames[:, 4].reshape(10, 12), plain, atol=1e-6)


@pytest.mark.parametrize('batch_size', [5, 11])
def test_segments_of_shifts_are_filled_up(folder, batch_size):
    """Seven frames in segments of four: the last one is repeated once."""
    backbone = dict(
        type='MobileNetV2TSM',
        num_segments=4,
        widen_factor=.25,
        pretrained2d=False)
    rows, model = extract(
        folder,
        RECOGNIZER | dict(backbone=backbone, neck=None, cls_head=None),
        batch_size=batch_size,
        names=('v0', 'v1'))
    assert rows.shape == (7, 1280)
    frames = frames_of(model, folder, 'v1')
    frames = torch.cat([frames, frames[:, -1:]], dim=1)
    assert_extracted(rows, model, frames)


def test_clips_around_the_frames(folder):
    recognizer = RECOGNIZER | dict(
        backbone=dict(type='X3D', gamma_w=1, gamma_b=1, gamma_d=1),
        neck=None,
        cls_head=None,
        data_preprocessor=dict(PREPROCESSOR, format_shape='NCTHW'))
    pipeline = [dict(step) for step in PIPELINE]
    pipeline[1].update(clip_len=4, frame_interval=2)
    pipeline[3]['input_format'] = 'NCTHW'
    rows, model = extract(
        folder, recognizer, pipeline, batch_size=2, names=('v0', 'v1'))
    clips = frames_of(model, folder, 'v1', pipeline)
    assert clips.shape == (1, 7, 3, 4, 64, 64) and len(rows) == 7
    assert_extracted(rows, model, clips)
