"""Second stage of decoupled training: cRT and LWS (Kang et al., ICLR 2020)."""
from typing import Iterator, Tuple

from mmengine.dist import broadcast
from mmengine.hooks import Hook
from mmengine.registry import HOOKS
from torch import nn

from projects_move.engine.utils import has_resumed, unwrap
from projects_move.errors import InputError


@HOOKS.register_module()
class ClassifierRetrainingHook(Hook):
    """Trains a part of a finished model, and nothing else.

    ``load_from`` names the checkpoint of the first stage. All other parts of
    the model have no gradients and stay in evaluation mode.

    Args:
        trainable: Name of the module, or of the parameter, that is trained.
        reinitialize: Whether the module starts from new weights, as in cRT.

    Raises:
        InputError: Without a checkpoint; for a checkpoint that lacks a part
            of the model; and for a model without the part ``trainable``.
    """

    priority = 'HIGH'

    def __init__(self,
                 trainable: str = 'cls_head.classifier',
                 reinitialize: bool = True) -> None:
        self.trainable = trainable
        self.reinitialize = reinitialize

    def before_run(self, runner) -> None:
        model = unwrap(runner.model)
        frozen = dict(self._frozen(model))
        if len(frozen) == len(list(model.parameters())):
            raise InputError(
                'ClassifierRetrainingHook expects a model with the part '
                f'{self.trainable}, found none: the parts of the head are ' +
                ', '.join(f'cls_head.{name}'
                          for name, _ in model.cls_head.named_children()))
        for parameter in frozen.values():
            parameter.requires_grad_(False)

    def after_load_checkpoint(self, runner, checkpoint: dict) -> None:
        saved = checkpoint.get('state_dict', {})
        for name, parameter in self._frozen(unwrap(runner.model)):
            found = saved.get(name)
            if found is None or found.shape != parameter.shape:
                shape = None if found is None else tuple(found.shape)
                raise InputError(
                    'the checkpoint of the first stage must have the same '
                    f'model: expected {name} of shape '
                    f'{tuple(parameter.shape)}, found {shape}')

    def before_train(self, runner) -> None:
        if not runner._has_loaded:
            raise InputError(
                'ClassifierRetrainingHook trains the classifier of a finished '
                'model and expects its checkpoint, found none: add '
                '--cfg-options load_from=CHECKPOINT')
        if self.reinitialize and not has_resumed(runner):
            part = unwrap(runner.model).get_submodule(self.trainable)
            part.reset_parameters()
            for parameter in part.parameters():
                broadcast(parameter.data)

    def before_train_iter(self, runner, batch_idx: int, data_batch=None):
        model = unwrap(runner.model)
        model.eval()
        for name, module in model.named_modules():
            if (name + '.').startswith(self.trainable + '.'):
                module.training = True
        model.training = model.cls_head.training = True

    def _frozen(self, model: nn.Module) -> Iterator[Tuple[str, nn.Parameter]]:
        for name, parameter in model.named_parameters():
            if not (name + '.').startswith(self.trainable + '.'):
                yield name, parameter
