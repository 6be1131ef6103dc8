"""State of a training that differs between ranks and between steps."""
from typing import List

import torch
from mmengine.dist import all_gather_object, get_world_size

from .utils import unwrap


def gather_rank_states(runner) -> List[dict]:
    """State of each rank that MMEngine does not save, by rank.

    * ``gradients``: gradients that are accumulated for a later step.
    * ``buffers``: buffers of the model, such as running statistics, if there
      are several ranks. MMEngine saves those of the first.
    * ``hooks``: result of the method ``rank_state`` of each hook that has it,
      by the name of its class.
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
            type(hook).__name__: hook.rank_state()
            for hook in runner.hooks if hasattr(hook, 'rank_state')
        })
    return all_gather_object(state)


@torch.no_grad()
def set_rank_state(runner, state: dict) -> None:
    """Set the state of this rank, see :func:`gather_rank_states`."""
    model = unwrap(runner.model)
    parameters, buffers = (
        dict(each)
        for each in (model.named_parameters(), model.named_buffers()))
    for name, gradient in state['gradients'].items():
        parameters[name].grad = gradient.to(parameters[name].device)
    for name, buffer in state['buffers'].items():
        buffers[name].copy_(buffer)
    for hook in runner.hooks:
        if type(hook).__name__ in state['hooks']:
            hook.set_rank_state(state['hooks'][type(hook).__name__])
