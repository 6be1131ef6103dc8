"""Videos in a pipeline, by our reader and by those of MMAction2."""
import numpy as np
import pytest
from mmengine.dataset import Compose

from projects_move.errors import InputError
from tests.datasets.videos.encoding import encode, number_of
from tests.pickling import pickle_roundtrip

SAMPLERS = {
    'uniform':
    dict(type='SampleVideoFrames', num_frames=8),
    'random':
    dict(type='SampleVideoFrames', num_frames=30, mode='random'),
    'all':
    dict(type='SampleVideoFrames', mode='all'),
    'fps':
    dict(type='SampleVideoFrames', mode='fps', fps=5),
    'clips':
    dict(type='SampleVideoFrames', num_frames=3, clip_len=4, frame_interval=2),
    'sample_frames':
    dict(type='SampleFrames', clip_len=4, frame_interval=3, num_clips=2),
    'dense':
    dict(type='DenseSampleFrames', clip_len=4, frame_interval=2, num_clips=2),
    'uniform_sample':
    dict(type='UniformSample', clip_len=4, num_clips=2),
    'untrimmed':
    dict(type='UntrimmedSampleFrames', clip_len=1),
}


@pytest.fixture(params=['a.mp4', 'a.avi'])
def video(request, tmp_path):
    codec = 'libx264' if request.param.endswith('mp4') else 'mpeg4'
    return encode(tmp_path / request.param, codec, 40, b_frames=2)


@pytest.mark.parametrize('name', SAMPLERS)
def test_any_sampler(video, name):
    pipeline = Compose(
        [dict(type='VideoInit'), SAMPLERS[name],
         dict(type='VideoDecode')])
    pipeline = pickle_roundtrip(pipeline)  # as a spawned worker gets it
    results = pipeline(
        dict(filename=str(video), start_index=0, modality='RGB'))
    assert results['total_frames'] == 40
    assert results['avg_fps'] == pytest.approx(25)
    assert results['video_reader'] is None
    assert results['original_shape'] == results['img_shape'] == (96, 128)
    assert [number_of(image) for image in results['imgs']
            ] == results['frame_inds'].ravel().tolist()


@pytest.mark.parametrize('reader', ['OpenCV', 'PyAV', 'Decord'])
def test_readers_of_mmaction2(tmp_path, reader):
    """They work in a config, for H.264 in mp4 with the same frames."""
    if reader == 'Decord':
        pytest.importorskip('decord')
    path = encode(tmp_path / 'a.mp4', 'libx264', 40, size=(128, 96))
    sampler = dict(type='SampleVideoFrames', num_frames=8)
    results = Compose(
        [dict(type=f'{reader}Init'), sampler,
         dict(type=f'{reader}Decode')])(
             dict(filename=str(path)))
    assert [number_of(image)
            for image in results['imgs']] == results['frame_inds'].tolist()


def test_storage_backend(video):
    step = dict(type='VideoInit', io_backend='http')
    with pytest.raises(InputError, match='localhost:9/a.mp4 .* backend http'):
        Compose([step])(dict(filename='http://localhost:9/a.mp4'))
    results = Compose([dict(type='VideoInit', io_backend='local')])(
        dict(filename=str(video)))
    assert results['total_frames'] == 40


def test_frames_even_in_time(shared):
    """30 frames a second for two seconds, then three."""
    path = shared / 'cases' / 'videos' / 'vfr.mp4'
    steps = [dict(type='VideoInit')]
    steps.append(dict(type='SampleVideoFrames', mode='fps', fps=2))
    results = Compose(steps)(dict(filename=str(path)))
    times = results['frame_times'][results['frame_inds']]
    even = np.arange(8) / 2
    assert (times <= even + 1e-9).all() and (even - times < 1 / 3).all()
    np.testing.assert_allclose(times[:4], even[:4], atol=1e-9)


@pytest.mark.parametrize('suffix', ['mp4', 'mkv', 'flv'])
def test_even_frames_of_a_constant_rate(tmp_path, suffix):
    """Time stamps in milliseconds lose and repeat no frame."""
    path = encode(tmp_path / f'a.{suffix}', 'libx264', 40)
    for fps, step in ((25, 1), (12.5, 2), (5, 5)):
        results = Compose([
            dict(type='VideoInit'),
            dict(type='SampleVideoFrames', mode='fps', fps=fps)
        ])(
            dict(filename=str(path)))
        assert results['frame_inds'].tolist() == list(range(0, 40, step))
