from types import SimpleNamespace

import numpy as np
import pytest
import torch

from projects_move.apis.prediction.inferencer import LongTailInferencer
from tests.checkpoints import save_feature_checkpoint


@pytest.fixture
def trained(tmp_path):
    """Folder with a checkpoint and features, their arrays, the inferencer,
    and a check of predictions against the model."""
    model, arrays = save_feature_checkpoint(tmp_path)

    def check(predictions, *names):
        assert len(predictions) == len(names)
        for prediction, name in zip(predictions, names):
            inputs = torch.from_numpy(arrays[name])[None]
            logits = model(inputs, mode='tensor').detach()
            np.testing.assert_allclose(
                prediction.scores, logits.sigmoid()[0], atol=1e-6)

    return SimpleNamespace(
        folder=tmp_path,
        arrays=arrays,
        check=check,
        inferencer=LongTailInferencer(tmp_path / 'model.pth', device='cpu'))
