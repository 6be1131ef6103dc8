"""Frames of features and of raw video are chosen by one rule."""
import numpy as np
import pytest
from mmaction.registry import TRANSFORMS


def features_of(features, **kwargs):
    step = TRANSFORMS.build(dict(type='SampleFeatureFrames', **kwargs))
    return step(dict(features=features, video_id='v', feature_path='v.npy'))


def video_of(total=23, info=dict(avg_fps=30., filename='x.mp4'), **kwargs):
    step = TRANSFORMS.build(dict(type='SampleVideoFrames', **kwargs))
    return step(dict(info, total_frames=total))


@pytest.mark.parametrize('mode, num_frames', [('uniform', 8), ('random', 40),
                                              ('random_segments', 8),
                                              ('random_segments', 40),
                                              ('segments', 8),
                                              ('segments', 40), ('all', None)])
def test_same_frames(mode, num_frames):
    features = np.arange(23, dtype=np.float16)[:, None].repeat(3, 1)
    np.random.seed(5)
    sampled = features_of(features, mode=mode, num_frames=num_frames)
    np.random.seed(5)
    index = video_of(mode=mode, num_frames=num_frames)['frame_inds']
    np.testing.assert_array_equal(sampled['frame_inds'], index)
    np.testing.assert_array_equal(sampled['imgs'][:, 1], index)
    assert sampled['imgs'].dtype == np.float16
    assert sampled['num_frames'] == len(index)


def test_frames_a_second():
    results = video_of(total=60, mode='fps', fps=10)
    assert results['frame_inds'].tolist() == list(range(0, 60, 3))
    assert results['num_clips'] == 20 and results['clip_len'] == 1


@pytest.mark.parametrize('settings, message', [
    (dict(mode='middle'), 'mode must be one of'),
    (dict(mode='all', num_frames=3), "num_frames for every mode but 'fps'"),
    (dict(mode='uniform'), "num_frames for every mode but 'fps'"),
    (dict(mode='segments'), "num_frames for every mode but 'fps'"),
    (dict(mode='segments', num_frames=0), 'must be at least 1, got 0'),
    (dict(mode='fps'), "expected fps for the mode 'fps'"),
])
def test_settings_that_do_not_go_together(settings, message):
    with pytest.raises(ValueError, match=message):
        TRANSFORMS.build(dict(type='SampleVideoFrames', **settings))


@pytest.mark.parametrize('settings, message', [
    (dict(mode='segment', num_frames=3), 'mode must be one of'),
    (dict(mode='all', num_frames=3), "num_frames for every mode but 'all'"),
    (dict(mode='segments'), "num_frames for every mode but 'all'"),
    (dict(mode='random_segments', num_frames=-1), 'at least 1, got -1'),
])
def test_settings_of_features(settings, message):
    with pytest.raises(ValueError, match=message):
        TRANSFORMS.build(dict(type='SampleFeatureFrames', **settings))


def test_video_without_frames():
    with pytest.raises(ValueError, match='x.mp4 has no frames'):
        video_of(total=0, num_frames=4)


def test_only_frames_that_are_read_are_checked():
    features = np.ones((10, 2))
    features[4] = np.nan
    sampled = features_of(features, num_frames=2, mode='uniform')
    assert np.isfinite(sampled['imgs']).all()
    with pytest.raises(ValueError, match='holds NaN'):
        features_of(features, mode='all')


def test_clips_stay_inside_the_video():
    results = video_of(
        9, dict(start_index=1), num_frames=3, clip_len=4, frame_interval=2)
    assert results['frame_inds'].reshape(3, 4).tolist() == [[1, 1, 3, 5],
                                                            [3, 5, 7, 9],
                                                            [7, 9, 9, 9]]
    assert (results['num_clips'], results['clip_len'],
            results['frame_interval']) == (3, 4, 2)
