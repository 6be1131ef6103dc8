"""Check that the state in a checkpoint is that of the resumed training.

MMEngine takes any state of schedules and optimizer: the settings in the
checkpoint replace those of the config. A weight of another shape keeps its
initial value.
"""
import logging
from typing import Any, Iterator

import numpy as np
from mmengine.hooks import EMAHook
from mmengine.logging import print_log
from mmengine.runner import Runner
from torch import Tensor, nn
from torch.optim import Optimizer

from projects_move.errors import InputError
from .utils import unwrap

# what the steps of a schedule change; its other attributes are settings
PROGRESS = ('last_step', '_global_step', '_last_value', 'best',
            'num_bad_epochs', 'cooldown_counter')
# state of an optimizer that has the shape of its weight
MOMENTS = ('exp_avg', 'exp_avg_sq', 'max_exp_avg_sq', 'exp_inf', 'sum',
           'momentum_buffer', 'square_avg', 'grad_avg', 'acc_delta')
Problems = Iterator[str]


def require_same_training(runner: Runner, checkpoint: dict) -> None:
    """Check weights, optimizer and schedules of a checkpoint that a training
    resumes.

    The end of a schedule, which is by default that of the training, may be
    another: MMEngine takes that of the checkpoint, with a warning here.
    Runners with a strategy, such as FSDP, have states of their own and are
    not checked.

    Raises:
        InputError: With the first value that is not that of the config.
    """
    if not isinstance(runner, Runner):
        return
    problems = (
        problem for found in (
            _weights(unwrap(runner.model), checkpoint['state_dict']),
            _optimizers(runner.optim_wrapper, checkpoint.get('optimizer')),
            _schedule_lists(runner.param_schedulers,
                            checkpoint.get('param_schedulers')),
            _averages(runner, checkpoint.get('ema_state_dict')))
        for problem in found)
    for problem in problems:
        raise InputError(
            f'{runner._load_from or "the checkpoint"} does not fit the '
            f'training: {problem}; resume with the config that it had, or '
            'start a new training from its weights: --cfg-options '
            'load_from=CHECKPOINT')


def _weights(model: nn.Module, saved: dict) -> Problems:
    for name, weight in model.named_parameters():
        if name not in saved:
            yield f'it lacks the weight {name}'
        elif saved[name].shape != weight.shape:
            yield (f'the weight {name} has the shape '
                   f'{tuple(saved[name].shape)}, expected '
                   f'{tuple(weight.shape)}')


def _averages(runner: Runner, saved: Any) -> Problems:
    """MMEngine takes averaged weights for those of the training, and begins
    an average that the checkpoint lacks."""
    averages = any(isinstance(hook, EMAHook) for hook in runner.hooks)
    if averages != (saved is not None):
        place, other = ('config', 'checkpoint') if averages else ('checkpoint',
                                                                  'config')
        yield f'the {place} has averaged weights (EMAHook), the {other} not'


def _optimizers(wrapper: Any, saved: Any) -> Problems:
    if hasattr(wrapper, 'optimizer'):
        yield from _optimizer(wrapper.optimizer, saved)
    else:  # OptimWrapperDict
        for name, each in wrapper.items():
            yield from _optimizers(each, _entry(saved, name))


def _optimizer(optimizer: Optimizer, saved: Any) -> Problems:
    """Differences of its settings, and state that does not fit its weights."""
    kind = type(optimizer).__name__
    groups, state = _entry(saved, 'param_groups'), _entry(saved, 'state')
    if type(groups) is not list or type(state) is not dict:
        yield 'it has no param_groups and state of an optimizer'
        return
    keys = [_entry(group, 'params') for group in groups]
    sizes = [len(each) if type(each) is list else None for each in keys]
    expected = [len(group['params']) for group in optimizer.param_groups]
    if sizes != expected:
        yield (f'its optimizer has groups of {sizes} weights, expected '
               f'{expected}')
        return
    for group, old in zip(optimizer.param_groups, groups):
        for name, value in group.items():
            if name == 'params' or f'initial_{name}' in group:  # scheduled
                continue
            if name not in old:
                # later versions of torch have more flags
                if not isinstance(value, (bool, type(None))):
                    yield f'its optimizer is no {kind}: it has no {name}'
            elif not same_values(old[name], value):
                text = _difference(f'{kind}.{name}', old[name], value)
                if name != 'lr':
                    yield text
                else:  # which a hook may have changed
                    _warn(text)
        for weight, key in zip(group['params'], old['params']):
            yield from _moments(weight, key, state.get(key, {}))


def _moments(weight: Tensor, key: Any, state: Any) -> Problems:
    for name in MOMENTS if type(state) is dict else ():
        value = state.get(name)
        if value is not None and getattr(value, 'shape', 0) != weight.shape:
            yield (f'{name} of weight {key} in its optimizer is '
                   f'{_form(value)}, expected {_form(weight)}')
    if type(state) is not dict or not _is_number(state.get('step', 0)):
        yield f'the state of weight {key} in its optimizer is of another form'


def _schedule_lists(schedules: Any, saved: Any) -> Problems:
    if isinstance(schedules, dict):  # of several optimizers
        for name, each in schedules.items():
            yield from _schedule_lists(each, _entry(saved, name))
        return
    schedules, saved = schedules or [], [] if saved is None else saved
    found = len(saved) if type(saved) is list else _form(saved)
    if found != len(schedules):
        yield (f'expected {len(schedules)} schedules in param_schedulers, '
               f'found {found}')
        return
    for index, (schedule, state) in enumerate(zip(schedules, saved)):
        yield from _schedule(f'param_scheduler[{index}]', schedule, state)


def _schedule(place: str, schedule: Any, state: Any) -> Problems:
    current = schedule.state_dict()
    if type(state) is not dict or state.keys() != current.keys():
        odd = state.keys() ^ current.keys() if type(state) is dict else ()
        yield (f'{place} is of another kind than {type(schedule).__name__} '
               f'({", ".join(sorted(map(str, odd)))})')
        return
    for name, value in current.items():
        old = state[name]
        if name in PROGRESS:
            # the best value of ReduceOnPlateauLR starts as a whole number
            if not _same_form(old, float(value) if name == 'best' else value):
                yield f'{place}.{name} is {old!r:.80}, expected numbers'
        elif name != 'verbose' and not same_values(old, value):
            text = _difference(f'{place}.{name}', old, value)
            if name == 'end' and type(old) is int:
                _warn(text)
            else:
                yield text


def same_values(old: Any, new: Any) -> bool:
    """Whether two plain values are equal, also nested in lists or tuples.

    Example:
        >>> same_values([0, (1., 'a')], [0., [1, 'a']])
        True
        >>> same_values(True, 1), same_values([1], 1)
        (False, False)
    """
    if isinstance(new, (list, tuple)):
        return isinstance(old, (list, tuple)) and len(old) == len(new) and all(
            map(same_values, old, new))
    if isinstance(new, Tensor):  # a learning rate on the device
        new = new.tolist()
        old = old.tolist() if isinstance(old, Tensor) else old
    if type(new) in (int, float) and type(old) in (int, float):
        return old == new
    return type(old) is type(new) and old == new


def _same_form(old: Any, new: Any) -> bool:
    """Whether two values are numbers, or lists of as many numbers."""
    if isinstance(new, list):
        return isinstance(old, list) and len(old) == len(new) and all(
            map(_is_number, old))
    return _is_number(old) and (type(new) is not int or type(old) is int)


def _is_number(value: Any) -> bool:
    if isinstance(value, Tensor):
        return value.numel() == 1
    return type(value) in (int, float) or isinstance(value, np.number)


def _entry(values: Any, key: Any) -> Any:
    """Entry of a dictionary; None without, and of any other value."""
    return values.get(key) if isinstance(values, dict) else None


def _form(value: Any) -> str:
    shape = getattr(value, 'shape', None)
    return f'of type {type(value).__name__}' if shape is None else \
        f'of shape {tuple(shape)}'


def _difference(place: str, old: Any, new: Any) -> str:
    return (f'{place} is {old!r:.80} in the checkpoint, {new!r:.80} in the '
            'config')


def _warn(text: str) -> None:
    print_log(f'{text}: that of the checkpoint counts', 'current',
              logging.WARNING)
