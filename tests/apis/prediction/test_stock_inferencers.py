"""MMAction2's own inference takes the raw-video configs."""
import pytest
import torch

from projects_move import find_config
from projects_move.errors import InputError

CONFIG = find_config('move_mobilenet-v2_adam-12e_utd-mhad-rgb')


@pytest.mark.filterwarnings('ignore::UserWarning', 'ignore::FutureWarning',
                            'ignore::DeprecationWarning',
                            'ignore::ResourceWarning')
def test_recognizer_and_inferencer(shared, monkeypatch, tmp_path):
    from mmaction.apis import (ActionRecogInferencer, MMAction2Inferencer,
                               inference_recognizer, init_recognizer)
    data = shared / 'data'
    monkeypatch.setenv('UTD_MHAD', str(data / 'utd_mhad'))
    monkeypatch.setenv('MOBILENET_V2', str(data / 'mobilenet_v2_imagenet.pth'))
    video = str(data / 'utd_mhad' / 'videos' / 'a1_s1_t1.mp4')
    model = init_recognizer(str(CONFIG), device='cpu')
    score = inference_recognizer(model, video).pred_score
    assert score.shape == (27, ) and (0 <= score).all() and (score <= 1).all()

    torch.save(
        dict(state_dict=model.state_dict(), meta={}), tmp_path / 'a.pth')
    inferencer = MMAction2Inferencer(
        rec=str(CONFIG),
        rec_weights=str(tmp_path / 'a.pth'),
        device='cpu',
        label_file=str(data / 'utd_mhad' / 'classes.txt'))
    # MMEngine would run the config inside a checkpoint
    with pytest.raises(InputError, match='a.pth: expected a config beside it'):
        ActionRecogInferencer(
            None, str(tmp_path / 'a.pth'), device='cpu', scope='mmaction')
    found = inferencer([video])['predictions'][0]
    assert found['rec_scores'][0] == pytest.approx(score.tolist(), abs=1e-4)
