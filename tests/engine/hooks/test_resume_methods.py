"""Each method ends with the same weights after interruptions as without."""
import pytest
import torch
from mmaction.registry import MODELS

from projects_move.apis.configs import METHODS, load_config
from tests.config_runs import CONFIGS
from tests.resuming import differences, final_state, quick_texts, small, train

BASE = 'fsdd/{}_logmel_adam-50e_fsdd-feature.py'
MODELS_OF_TABLES = ('baseline', 'baseline-agg', 'move')
SECOND_STAGE = ('crt', 'lws')
# the methods of the paper's tables change the baseline, others MOVE
ON_BASELINE = ('attention_only', 'cb_loss', 'cbs', 'cbs_official', 'eql',
               'focal', 'framestack', 'ldam', 'mixup', 'msa', 'netvlad_only',
               'srs')
METHOD_NAMES = sorted(path.stem for path in METHODS.glob('*.py'))


def method_config(name, folder):
    if name in MODELS_OF_TABLES:
        base, methods = name, []
    else:
        base = 'baseline-agg' if name in ON_BASELINE else 'move'
        methods = [name]
    cfg = small(load_config(CONFIGS[BASE.format(base)], methods), folder)
    if name in SECOND_STAGE:
        state = MODELS.build(cfg.model).state_dict()
        cfg.load_from = str(folder / 'first.pth')
        torch.save(dict(state_dict=state, meta={}), cfg.load_from)
    return cfg


@pytest.mark.parametrize('name', [*MODELS_OF_TABLES, *METHOD_NAMES])
def test_method(name, tmp_path, monkeypatch):
    quick_texts(monkeypatch)
    cfg = method_config(name, tmp_path)
    expected = final_state(train(cfg, tmp_path / 'whole'))
    work = tmp_path / 'work'
    assert train(cfg, work, step=4) is None  # within the second epoch
    assert differences(expected, final_state(train(cfg, work))) == []
