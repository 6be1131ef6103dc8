"""A checkpoint of another training is not resumed."""
import copy
import logging
import re
import shutil
from collections import Counter

import pytest
import torch

from projects_move.apis.configs import load_config
from projects_move.checkpoint_files import load_dict
from projects_move.engine.rank_state import set_rank_state
from projects_move.engine.resumed_state import require_same_training
from projects_move.errors import InputError
from tests.config_runs import CONFIGS
from tests.resuming import differences, final_state, quick_texts, small, train

MOVE = CONFIGS['fsdd/move_logmel_adam-50e_fsdd-feature.py']
STOPPING = dict(
    type='EarlyStoppingHook', monitor='long_tail/mAP', rule='greater')


@pytest.fixture(scope='module')
def trained(tmp_path_factory):
    """Config, runner after the training, folder and last checkpoint."""
    folder = tmp_path_factory.mktemp('resumed')
    with pytest.MonkeyPatch.context() as patch:
        quick_texts(patch)
        cfg = small(load_config(MOVE), folder)
        runner = train(cfg, folder / 'work')
        return cfg, runner, folder, load_dict(folder / 'work' / 'epoch_2.pth')


def problem(trained, change):
    """Error of the changed checkpoint."""
    _, runner, _, saved = trained
    saved = copy.deepcopy(saved)
    change(saved)
    with pytest.raises(InputError) as caught:
        require_same_training(runner, saved)
    text = str(caught.value)
    assert ' does not fit the training: ' in text and '\n' not in text
    assert len(text) < 500
    return text


def weight(saved):
    return list(saved['state_dict'])[-1]


def shape_of_a_weight(saved):
    saved['state_dict'][weight(saved)] = torch.ones(1)


@pytest.mark.parametrize('change, text', [
    (lambda saved: saved['state_dict'].pop(weight(saved)), 'lacks the weight'),
    (shape_of_a_weight, r'has the shape \(1,\), expected'),
])
def test_weights(trained, change, text):
    assert_matches(problem(trained, change), text)


def assert_matches(found, text):
    assert re.search(text, found), found


def group(saved):
    return saved['optimizer']['param_groups'][0]


def first_state(saved):
    return saved['optimizer']['state'][0]


@pytest.mark.parametrize('change, text', [
    (lambda saved: saved.pop('optimizer'), 'it has no param_groups'),
    (lambda saved: saved.update(optimizer=3), 'it has no param_groups'),
    (lambda saved: saved['optimizer'].update(param_groups=[3]),
     r'groups of \[None\] weights'),
    (lambda saved: group(saved)['params'].pop(), 'groups of .* expected'),
    (lambda saved: group(saved).pop('betas'), 'no FusedAdam: it has no betas'),
    (lambda saved: group(saved).update(weight_decay=.1),
     r'FusedAdam.weight_decay is 0.1 in the checkpoint, 0'),
    (lambda saved: group(saved).update(amsgrad=True), 'amsgrad is True in'),
    (lambda saved: first_state(saved).update(exp_avg=torch.ones(1)),
     r'exp_avg of weight 0 in its optimizer is of shape \(1,\)'),
    (lambda saved: first_state(saved).update(exp_avg_sq=3),
     'exp_avg_sq of weight 0 in its optimizer is of type int'),
    (lambda saved: first_state(saved).update(step='x'), 'state of weight 0'),
    (lambda saved: saved['optimizer']['state'].update({0: 3}),
     'state of weight 0 in its optimizer is of another form'),
])
def test_optimizer(trained, change, text):
    assert_matches(problem(trained, change), text)


def schedule(saved):
    return saved['param_schedulers'][0]


def other_kind(saved):
    del schedule(saved)['milestones']
    schedule(saved).update(step_size=30)


@pytest.mark.parametrize('change, text', [
    (lambda saved: saved.pop('param_schedulers'),
     'expected 1 schedules in param_schedulers, found 0'),
    (lambda saved: saved.update(param_schedulers=[]), 'found 0'),
    (lambda saved: saved.update(param_schedulers='x'), 'found of type str'),
    (lambda saved: saved['param_schedulers'].append({}), 'found 2'),
    (lambda saved: saved.update(param_schedulers=[3]),
     'another kind than MultiStepLR'),
    (other_kind, r'kind than MultiStepLR \(milestones, step_size\)'),
    (lambda saved: schedule(saved).update(milestones=Counter([9])),
     r'param_scheduler\[0\].milestones is Counter\({9: 1}\) in the check'),
    (lambda saved: schedule(saved).update(base_values=[7.]), 'base_values'),
    (lambda saved: schedule(saved).update(by_epoch=False), 'by_epoch is'),
    (lambda saved: schedule(saved).update(end='x'), "end is 'x' in the"),
    (lambda saved: schedule(saved).update(last_step='x'), 'last_step is'),
    (lambda saved: schedule(saved).update(_global_step=1.5), '_global_step'),
    (lambda saved: schedule(saved).update(_last_value=[]), '_last_value is'),
])
def test_schedules(trained, change, text):
    assert_matches(problem(trained, change), text)


@pytest.mark.parametrize(
    'change',
    [
        lambda saved: None,
        lambda saved: group(saved).pop('maximize', None),  # of an older torch
        lambda saved: schedule(saved).update(verbose=True),
    ])
def test_the_same_training(trained, change):
    _, runner, _, saved = trained
    saved = copy.deepcopy(saved)
    change(saved)
    require_same_training(runner, saved)


def test_another_length_is_a_warning(trained, monkeypatch):
    """The end of a schedule is by default that of the training."""
    _, runner, _, saved = trained
    saved = copy.deepcopy(saved)
    schedule(saved)['end'] = 9
    warned = []
    monkeypatch.setattr('projects_move.engine.resumed_state.print_log',
                        lambda text, *args: warned.append((text, args[-1])))
    require_same_training(runner, saved)
    assert warned == [('param_scheduler[0].end is 9 in the checkpoint, 2 in '
                       'the config: that of the checkpoint counts',
                       logging.WARNING)]


@pytest.mark.parametrize('key, value, text', [
    ('optim_wrapper.optimizer.lr', 3., 'initial_lr is 0.001 in'),
    ('optim_wrapper.optimizer', dict(
        type='SGD', lr=.001, _delete_=True), 'no SGD: it has no momentum'),
    ('param_scheduler', [dict(type='LinearLR', start_factor=.1)
                         ], 'another kind than LinearLR'),
    ('model.cls_head.hidden_channels', 9, r'has the shape .* expected'),
])
def test_another_config(trained, tmp_path, key, value, text):
    cfg, _, folder, _ = trained
    (tmp_path / 'work').mkdir()
    shutil.copy(folder / 'work' / 'epoch_2.pth', tmp_path / 'work')
    cfg = cfg.copy()
    cfg.merge_from_dict({key: value})
    with pytest.raises(InputError, match=f'epoch_2.pth does not.*{text}'):
        train(cfg, tmp_path / 'work')


def test_best_value_of_a_schedule(trained, tmp_path):
    """It is a whole number before the first validation only."""
    cfg = trained[0].copy()
    cfg.param_scheduler = dict(
        type='ReduceOnPlateauLR', monitor='long_tail/mAP', rule='greater')
    expected = final_state(train(cfg, tmp_path / 'whole'))
    assert train(cfg, tmp_path / 'work', step=4) is None
    found = final_state(train(cfg, tmp_path / 'work'))
    assert differences(expected, found) == []


@pytest.mark.parametrize('averaged, place', [(True, 'checkpoint'),
                                             (False, 'config')])
def test_averaged_weights(trained, tmp_path, averaged, place):
    """MMEngine goes on with the average as the weights, or begins a new
    average."""
    cfg = trained[0].copy()
    hooks = [], [dict(type='EMAHook', momentum=.3)]
    cfg.custom_hooks = hooks[averaged]
    assert train(cfg, tmp_path / 'work', step=4) is None
    cfg.custom_hooks = hooks[not averaged]
    with pytest.raises(InputError, match=f'the {place} has averaged weights'):
        train(cfg, tmp_path / 'work')


def test_several_averages(trained, tmp_path):
    """A checkpoint would have one of them."""
    cfg = trained[0].copy()
    cfg.custom_hooks = [dict(type='EMAHook', momentum=.3)] * 2
    with pytest.raises(InputError, match='expected one EMAHook, found sev'):
        train(cfg, tmp_path / 'work')


def test_rank_states_of_another_model(trained):
    _, runner, _, saved = trained
    state, = saved['rank_states']
    set_rank_state(runner, state)
    buffer = next(iter(dict(runner.model.named_buffers())))
    for change in (dict(gradients={'x': torch.ones(1)}), dict(gradients=3),
                   dict(buffers={buffer: torch.ones(1, 1, 1, 1)}),
                   dict(hooks=3)):
        with pytest.raises(InputError, match='its rank_states are those of'):
            set_rank_state(runner, dict(state, **change))
    with pytest.raises(InputError, match='its rank_states are those of'):
        set_rank_state(runner, 3)


def test_early_stopping(tmp_path, monkeypatch):
    """It counts the validations before an interruption."""
    quick_texts(monkeypatch)
    cfg = small(load_config(MOVE), tmp_path)
    cfg.train_cfg.max_epochs = 5
    cfg.custom_hooks = [
        dict(STOPPING, min_delta=10, patience=2),  # no score is better
        dict(STOPPING, min_delta=-10, patience=2)  # each score is better
    ]
    whole = train(cfg, tmp_path / 'whole')
    assert whole.epoch == 3
    for stop in (dict(step=7), dict(step=8, kill=True)):
        assert train(cfg, tmp_path / 'work', **stop) is None
    resumed = train(cfg, tmp_path / 'work')
    assert differences(final_state(whole), final_state(resumed)) == []
