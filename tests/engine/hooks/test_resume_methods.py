"""Each method ends with the same weights after interruptions as without."""
import pytest
import torch
from mmaction.registry import MODELS

from projects_move.apis.config_utils import METHODS, load_config
from tests.config_runs import CONFIGS
from tests.resuming import differences, final_state, small, train

BASE = 'fsdd/{}_logmel_adam-50e_fsdd-feature.py'
ALL = sorted(path.stem for path in METHODS.glob('*.py'))
SECOND_STAGE = ('crt', 'lws')
AGGREGATORS = ('attention_only', 'msa', 'netvlad_only')


def method_config(name, folder):
    base = 'baseline-agg' if name in AGGREGATORS else 'move'
    methods = [] if name in ('move', 'baseline', 'baseline-agg') else [name]
    base = base if methods else name
    cfg = small(load_config(CONFIGS[BASE.format(base)], methods), folder)
    if name in SECOND_STAGE:
        model = MODELS.build(
            load_config(CONFIGS[BASE.format(base)]).model
            if False else cfg.model)
        torch.save(
            dict(state_dict=model.state_dict(), meta={}),
            folder / 'first.pth')
        cfg.load_from = str(folder / 'first.pth')
    return cfg


@pytest.mark.parametrize('name', ['move', 'baseline', 'baseline-agg', *ALL])
def test_method(name, tmp_path):
    cfg = method_config(name, tmp_path)
    expected = final_state(train(cfg, tmp_path / 'whole'))
    work = tmp_path / 'work'
    assert train(cfg, work, step=4, kill=True) is None  # back to epoch 1
    assert train(cfg, work, step=7) is None  # saved within epoch 3
    resumed = train(cfg, work)
    assert differences(expected, final_state(resumed)) == []
