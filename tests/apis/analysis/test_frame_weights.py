import numpy as np
import pytest
import torch

from projects_move.apis.analysis import frame_pictures
from projects_move.apis.analysis.frame_weights import (FrameWeights,
                                                       frame_weights,
                                                       listed_video,
                                                       single_video)
from projects_move.apis.prediction.inferencer import LongTailInferencer
from projects_move.errors import InputError
from projects_move.models.necks import FrameMasks
from tests.analysed_models import save_model
from tests.config_runs import CONFIGS
from tests.datasets.videos.encoding import encode

RGB = CONFIGS['utd_mhad/move_mobilenet-v2_adam-12e_utd-mhad-rgb.py']


@pytest.mark.parametrize('methods', [(), ('temporal_encoder', ),
                                     ('frame_draws', )])
def test_weights_are_those_of_the_necks(tmp_path, methods):
    """Also with an encoder before the necks; without random draws."""
    model = save_model(tmp_path, methods=methods)
    inferencer = LongTailInferencer(tmp_path / 'a.pth', device='cpu')
    info = single_video(inferencer, tmp_path / 'feat' / 'v3.npy')
    weights = frame_weights(inferencer, info)
    frames = torch.from_numpy(np.load(tmp_path / 'feat' / 'v3.npy')).float()
    frames = model.data_preprocessor(
        dict(inputs=[frames[weights.frames]], data_samples=[]))['inputs']
    with torch.no_grad():
        encoded = model.neck.encode(frames)
        necks = model.neck.necks
        _, attention, _ = necks['attention'].attention(encoded, FrameMasks())
        adjacency = necks['netvlad'].assign(encoded, FrameMasks())
        scores = model.cls_head(model.neck(frames)).sigmoid()[0]
    assert_close = np.testing.assert_allclose
    assert_close(weights.attention, attention[0, :, 0], atol=1e-6)
    assert_close(weights.adjacency, adjacency[0], atol=1e-6)
    assert_close(weights.scores, scores, atol=1e-6)
    assert weights.attention.sum(1) == pytest.approx(1)
    assert weights.adjacency.sum(1) == pytest.approx(1)
    assert weights.total_frames == 12
    assert (inferencer.model.test_draws is None) == (
        methods != ('frame_draws', ))
    assert 'attention' not in vars(inferencer.model.neck.necks['attention'])


def test_one_of_the_necks(tmp_path):
    save_model(tmp_path, methods=['netvlad_only'])
    inferencer = LongTailInferencer(tmp_path / 'a.pth', device='cpu')
    info = single_video(inferencer, tmp_path / 'feat' / 'v3.npy')
    weights = frame_weights(inferencer, info)
    assert weights.attention is None and weights.num_frames == 150
    frame_pictures.draw_frame_weights(weights, None, False,
                                      [tmp_path / 'a.svg'])
    with pytest.raises(InputError, match='the model has no PSANeck'):
        frame_pictures.write_attention_overlay(
            weights, frame_pictures.open_video(tmp_path / 'v3.mp4'), False,
            tmp_path / 'a.mp4')


def test_model_without_weights(tmp_path):
    save_model(tmp_path,
               CONFIGS['fsdd/baseline_logmel_adam-50e_fsdd-feature.py'])
    inferencer = LongTailInferencer(tmp_path / 'a.pth', device='cpu')
    info = single_video(inferencer, tmp_path / 'feat' / 'v3.npy')
    with pytest.raises(InputError, match='has neither PSANeck nor'):
        frame_weights(inferencer, info)


def test_raw_video(tmp_path):
    save_model(tmp_path, RGB)
    encode(tmp_path / 'v.mp4', 'mpeg4', num_frames=40)
    inferencer = LongTailInferencer(tmp_path / 'a.pth', device='cpu')
    weights = frame_weights(inferencer,
                            single_video(inferencer, tmp_path / 'v.mp4'))
    assert weights.attention.shape[1] == len(weights.frames) == 8
    assert weights.total_frames == 40
    video = frame_pictures.open_video(tmp_path / 'v.mp4')
    axis = frame_pictures.FrameAxis(weights, video, True)
    np.testing.assert_allclose(axis.positions, weights.frames / 25)
    assert axis.xlabel == 'time in s'
    out = [tmp_path / 'a.png', tmp_path / 'a.svg']
    frame_pictures.draw_frame_weights(weights, video, True, out, 'column',
                                      'v$')
    frame_pictures.write_attention_overlay(weights, video, True,
                                           tmp_path / 'a.mp4')
    assert len(frame_pictures.open_video(tmp_path / 'a.mp4')) == 40
    with pytest.raises(InputError, match='video none.mp4: .*none.mp4'):
        frame_weights(inferencer,
                      dict(video_id='none.mp4', filename='none.mp4'))


def weights_of(frames, total):
    attention = np.ones((1, 3)) / 3
    frames = None if frames is None else np.array(frames)
    return FrameWeights(attention, None, frames, total, np.ones(2))


def test_time_axis_of_features(tmp_path):
    encode(tmp_path / 'v.mp4', 'mpeg4', num_frames=21)
    video = frame_pictures.open_video(tmp_path / 'v.mp4')
    axis = frame_pictures.FrameAxis(weights_of([0, 5, 10], 11), video, False)
    assert axis.numbers.tolist() == [0, 10, 20]
    np.testing.assert_allclose(axis.positions, [0, .4, .8])
    assert axis.strip_numbers(2) == [5, 15]
    axis = frame_pictures.FrameAxis(weights_of([0, 5, 10], 11), None, False)
    assert axis.positions.tolist() == [0, 5, 10]
    assert axis.xlabel == 'frame of the features'
    axis = frame_pictures.FrameAxis(weights_of(None, None), video,
                                    True)  # several crops
    assert axis.numbers.tolist() == [0, 10, 20]


def test_inputs_of_several_videos_and_of_none(tmp_path):
    save_model(tmp_path)
    inferencer = LongTailInferencer(tmp_path / 'a.pth', device='cpu')
    with pytest.raises(
            InputError,
            match='has 12 videos: give one of them, '
            'such as .*v0.npy'):
        single_video(inferencer, tmp_path / 'feat')
    info, labels = listed_video(inferencer.config, 'v9')
    assert info['video_id'] == 'v9' and labels == ['class 3']
    with pytest.raises(InputError, match='test.lst has no video v99'):
        listed_video(inferencer.config, 'v99')
    weights = frame_weights(inferencer, info)
    with pytest.raises(InputError, match='an overlay needs the video'):
        frame_pictures.write_attention_overlay(weights, None, False,
                                               tmp_path / 'a.mp4')
