"""A training that is interrupted ends as one that is not, bit for bit."""
import pytest

from projects_move.apis.configs import load_config
from tests.config_runs import CONFIGS
from tests.resuming import (EPOCHS, STEPS, InValidation, differences,
                            final_state, quick_texts, small, train)

MOVE = CONFIGS['fsdd/move_logmel_adam-50e_fsdd-feature.py']
RGB = CONFIGS['demo/move_random-filters_adam-50e_demo-rgb.py']


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    quick_texts(monkeypatch)


@pytest.fixture
def cfg(tmp_path):
    return small(load_config(MOVE), tmp_path)


def same_as_whole(cfg, folder, *interruptions, **resumed):
    expected = final_state(train(cfg, folder / 'whole'))
    for interruption in interruptions:
        assert train(cfg, folder / 'work', **interruption) is None
    found = final_state(train(cfg, folder / 'work', **resumed))
    assert differences(expected, found) == []


def test_comparison_sees_one_bit(cfg, tmp_path):
    state = final_state(train(cfg, tmp_path / 'whole'))
    cfg.randomness.seed = 8
    other = final_state(train(cfg, tmp_path / 'other'))
    assert any('.weights' in place for place in differences(state, other))


def test_raw_video(tmp_path):
    cfg = small(load_config(RGB), tmp_path)
    pipeline = cfg.train_dataloader.dataset.pipeline
    pipeline.insert(3, dict(type='Flip', flip_ratio=.5))
    same_as_whole(cfg, tmp_path, dict(step=3), dict(step=5, kill=True))


def test_number_of_workers_changes_nothing(cfg, tmp_path):
    same_as_whole(cfg, tmp_path, dict(step=4, workers=2), workers=1)


# nothing is left of the first epoch, so that MMEngine sees no step before it
@pytest.mark.filterwarnings('ignore:Detected call of .sched:UserWarning')
@pytest.mark.parametrize('step', [2, 5])
def test_stop_after_the_last_step_of_an_epoch(cfg, tmp_path, step):
    same_as_whole(cfg, tmp_path, dict(step=step))


def test_twice_within_one_epoch(cfg, tmp_path):
    same_as_whole(cfg, tmp_path, dict(step=3), dict(step=4))


def test_seed_of_the_first_run_is_kept(cfg, tmp_path):
    """Without a seed in the config MMEngine draws one, also to resume."""
    cfg.randomness = dict(seed=None)
    work = tmp_path / 'work'
    assert train(cfg, work, step=4) is None
    found = final_state(resumed := train(cfg, work))
    cfg.randomness = dict(seed=resumed.seed)
    expected = final_state(train(cfg, tmp_path / 'whole'))
    assert differences(expected, found) == []


def test_accumulated_gradients(cfg, tmp_path):
    cfg.optim_wrapper.accumulative_counts = 2
    same_as_whole(cfg, tmp_path, dict(step=4), dict(step=5, kill=True))


def test_class_scores_of_an_epoch(tmp_path):
    """Framestack measures an epoch of which each training saw a part."""
    cfg = small(load_config(MOVE, ['framestack']), tmp_path)
    for step in (1, 4):
        assert train(cfg, tmp_path / 'work', step=step) is None
    expected = final_state(train(cfg, tmp_path / 'whole'))
    found = final_state(train(cfg, tmp_path / 'work'))
    assert differences(expected, found) == []
    assert expected['weights']['data_preprocessor.blending.class_ap'].any()


@pytest.mark.parametrize('sampler, workers', [('InfiniteSampler', 0),
                                              ('DefaultSampler', 0),
                                              ('DefaultSampler', 2)])
def test_training_by_iterations(cfg, tmp_path, sampler, workers, monkeypatch):
    monkeypatch.setattr('time.sleep', lambda seconds: None)  # of MMEngine
    cfg.train_cfg = dict(
        type='IterBasedTrainLoop', max_iters=9, val_interval=4)
    cfg.default_hooks.checkpoint.update(by_epoch=False, interval=2)
    cfg.log_processor.by_epoch = False
    cfg.param_scheduler = dict(type='LinearLR', by_epoch=False, end=9)
    cfg.train_dataloader.sampler = dict(type=sampler, shuffle=True)
    same_as_whole(cfg, tmp_path, dict(step=4, kill=True, workers=workers),
                  dict(step=6))


@pytest.mark.parametrize('kill', [True, False])
@pytest.mark.parametrize('epoch', [1, EPOCHS])
@pytest.mark.parametrize('methods', [[], ['ema']])
def test_validation(tmp_path, methods, epoch, kill, monkeypatch):
    """A validation that was cut short is repeated, so that the best
    checkpoint is the same; averaged weights are where they belong."""
    cfg = small(load_config(MOVE, methods), tmp_path)
    monkeypatch.setattr('tests.resuming.Interrupt', InValidation)
    same_as_whole(cfg, tmp_path, dict(step=epoch * STEPS, kill=kill))
    names = [{path.name
              for path in (tmp_path / each).glob('best*')}
             for each in ('whole', 'work')]
    assert names[0] == names[1] and len(names[0]) == 1
