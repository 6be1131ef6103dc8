"""Every method trains on top of the configs that it is meant for."""
import pytest
from mmengine.config import Config

from projects_move.apis.configs import METHODS, add_method
from tests.config_runs import CONFIGS, load, train_and_test
from tests.test_method_stacks import BEYOND_THE_PAPER

BASES = ('fsdd/baseline_logmel_adam-50e_fsdd-feature.py',
         'videolt/baseline-agg_tsm_adam-100e_videolt-feature.py')
COMBINATIONS = [(name, config) for config in BASES
                for name in ('cb_loss', 'cbs', 'cbs_official', 'eql', 'focal',
                             'framestack', 'ldam', 'mixup', 'srs')]
COMBINATIONS += [(name, BASES[1])
                 for name in ('attention_only', 'msa', 'netvlad_only')]
COMBINATIONS += [
    (name, config)
    for config in ('videolt/move_tsm_adam-100e_videolt-feature.py',
                   'minikinetics/move_resnet50_adam-100e_minikinetics-'
                   'feature.py')
    for name in ('first_video_masks', 'no_interpolation',
                 'plain_interpolation')
]


def with_methods(path, *names):
    cfg = Config.fromfile(path)
    for name in names:
        add_method(cfg, name)
    return cfg


@pytest.mark.parametrize('name, config', COMBINATIONS)
def test_method_on_top_trains(name, config, tmp_path, monkeypatch):
    cfg = with_methods(CONFIGS[config], METHODS / f'{name}.py')
    assert cfg.to_dict() != load(config).to_dict()
    # the second epoch is the one that starts class AP and re-weighting
    cfg = with_methods(CONFIGS[config], name)
    train_and_test(cfg, tmp_path, monkeypatch, epochs=2)


def test_every_method_is_tried():
    tried = {name for name, _ in COMBINATIONS} | set(BEYOND_THE_PAPER)
    assert tried == {path.stem for path in METHODS.glob('*.py')}


def test_settings_of_a_data_set_go_first(tmp_path):
    (tmp_path / 'methods').mkdir()
    (tmp_path / 'a.py').write_text('model = dict(cls_head=dict())')
    (tmp_path / 'methods' / 'focal.py').write_text(
        f"_base_ = '{METHODS}/focal.py'\n"
        'model = dict(cls_head=dict(loss_cls=dict(gamma=3.)))')
    loss = with_methods(tmp_path / 'a.py', 'focal').model.cls_head.loss_cls
    assert loss.gamma == 3 and loss.type == 'SigmoidFocalLoss'


def test_unknown_method_is_named():
    with pytest.raises(ValueError, match=", focal, .*no method 'fokal'"):
        with_methods(CONFIGS[BASES[0]], 'fokal')
