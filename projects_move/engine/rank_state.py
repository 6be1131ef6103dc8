"""State of a training that differs between ranks and between steps."""
from typing import Dict, List

import torch
from mmengine.dist import all_gather_object, get_world_size
from mmengine.hooks import EarlyStoppingHook, Hook

from projects_move.errors import InputError
from .utils import unwrap

EARLY_STOPPING = ('wait_count', 'best_score')


def gather_rank_states(runner) -> List[dict]:
    """State of each rank that MMEngine does not save, by rank.

    * ``gradients``: gradients that are accumulated for a later step.
    * ``buffers``: buffers of the model, such as running statistics, if there
      are several ranks. MMEngine saves those of the first.
    * ``hooks``: state of each hook that has one, by its name: the result of
      its method ``rank_state``, and the scores of ``EarlyStoppingHook``. The
      other hooks of MMEngine and MMAction2 save their state or have none.
    """
    model = unwrap(runner.model)
    state = dict(
        gradients={
            name: parameter.grad.cpu()
            for name, parameter in model.named_parameters()
            if parameter.grad is not None
        },
        buffers={
            name: buffer.cpu()
            for name, buffer in model.named_buffers()
        } if get_world_size() > 1 else {},
        hooks={
            name: _get_state(hook)
            for name, hook in _stateful_hooks(runner).items()
        })
    return all_gather_object(state)


@torch.no_grad()
def set_rank_state(runner, state: dict) -> None:
    """Set the state of this rank, see :func:`gather_rank_states`.

    Raises:
        InputError: For a state that does not fit the model and the hooks.
    """
    try:
        _set_tensors(unwrap(runner.model), state)
        saved = dict(state['hooks'])
        for name, hook in _stateful_hooks(runner).items():
            if name in saved:
                _set_state(hook, saved[name])
    except Exception as error:  # of any hook
        raise InputError(
            f'{runner._load_from or "the checkpoint"} does not fit the '
            'training: its rank_states are those of another model or of other '
            f'hooks ({type(error).__name__}: {error!s:.100})') from error


def _set_tensors(model: torch.nn.Module, state: dict) -> None:
    parameters, buffers = (
        dict(each)
        for each in (model.named_parameters(), model.named_buffers()))
    for name, gradient in state['gradients'].items():
        parameters[name].grad = gradient.to(parameters[name].device)
    for name, buffer in state['buffers'].items():
        if buffer.shape != buffers[name].shape:
            raise ValueError(f'the buffer {name} has the shape '
                             f'{tuple(buffer.shape)}')
        buffers[name].copy_(buffer)


def _stateful_hooks(runner) -> Dict[str, Hook]:
    """Hooks with a state: by their class, numbered from the second one."""
    hooks: Dict[str, Hook] = {}
    for hook in runner.hooks:
        if hasattr(hook, 'rank_state') or isinstance(hook, EarlyStoppingHook):
            name, number = type(hook).__name__, 1
            while name in hooks:
                number += 1
                name = f'{type(hook).__name__}{number}'
            hooks[name] = hook
    return hooks


def _get_state(hook: Hook):
    if hasattr(hook, 'rank_state'):
        return hook.rank_state()
    return {name: getattr(hook, name) for name in EARLY_STOPPING}


def _set_state(hook: Hook, state) -> None:
    if hasattr(hook, 'rank_state'):
        hook.set_rank_state(state)
        return
    wait_count, best_score = (state[name] for name in EARLY_STOPPING)
    hook.wait_count, hook.best_score = int(wait_count), float(best_score)
