"""Attention of a trained model over the frames of one video."""
import numpy as np
import pytest
import torch
from mmaction.registry import MODELS

from projects_move.apis.config_utils import load_config
from projects_move.errors import InputError
from projects_move.models.necks import PSANeck
from tests.config_runs import CONFIGS
from tests.tiny_data import shrink_data, write_video
from tools.analysis.attention import video_attention

MOVE = CONFIGS['fsdd/move_logmel_adam-50e_fsdd-feature.py']


@pytest.fixture
def trained(tmp_path):
    """Config, checkpoint and video of a model by the methods on top."""

    def make(*methods):
        cfg = load_config(MOVE, methods)
        shrink_data(cfg, tmp_path)
        torch.manual_seed(0)
        model = MODELS.build(cfg.model)
        torch.save(dict(state_dict=model.state_dict()), tmp_path / 'a.pth')
        cfg.dump(tmp_path / 'a.py')
        write_video(tmp_path / 'v3.mp4', np.random.default_rng(0))
        return [str(tmp_path / name) for name in ('a.py', 'a.pth', 'v3.mp4')]

    return make


@pytest.mark.parametrize('methods', [(), ('temporal_encoder', ),
                                     ('temporal_encoder', 'prior_sigmoid')])
def test_attention_is_that_of_the_model(trained, monkeypatch, methods):
    """The prediction, which follows it, uses the same attention."""
    weights = []

    def attention(self, *args, given=PSANeck.attention):
        out = given(self, *args)
        weights.append(out[1])
        return out

    monkeypatch.setattr(PSANeck, 'attention', attention)
    found, images, title = video_attention(*trained(*methods))
    ours, of_the_model = weights
    assert torch.equal(ours, of_the_model)
    np.testing.assert_array_equal(found, ours[0, :, 0].mean(0))
    assert found.shape == (12 if methods else 150, )
    assert found.sum() == pytest.approx(1, abs=1e-5) and len(images) == 12
    score = float(title.split('(')[1][:-1])
    softmax = 'prior_sigmoid' in methods
    assert score < .2 if softmax else .3 < score < .7


def test_model_without_attention(trained):
    with pytest.raises(InputError, match='the model has no neck attention'):
        video_attention(*trained('netvlad_only'))
