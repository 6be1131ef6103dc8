"""Validation that an interruption prevented."""
from mmengine.hooks import Hook
from mmengine.registry import HOOKS

from projects_move.engine.utils import is_epoch_based, is_resuming


@HOOKS.register_module()
class ResumedValidationHook(Hook):
    """Validates the checkpoint of a resumed training if that is due.

    A checkpoint is saved before its validation, which MMEngine leaves out if
    the training is interrupted in between: the best checkpoint may then be
    another. The hook repeats a validation unless the checkpoint says that it
    is done, which ``AtomicCheckpointHook`` writes.
    """

    priority = 'LOWEST'  # after all hooks are ready

    def __init__(self) -> None:
        self._validated = True

    def after_load_checkpoint(self, runner, checkpoint: dict) -> None:
        if is_resuming(runner):
            meta = checkpoint.get('meta', {})
            self._validated = meta.get('validated', True)

    def before_train(self, runner) -> None:
        validated, self._validated = self._validated, True
        if not validated and validation_is_due(runner):
            runner.logger.info('repeats the validation of the checkpoint')
            runner.val_loop.run()


def validation_is_due(runner) -> bool:
    """Whether MMEngine's loop validates after the steps that are done."""
    loop = runner.train_loop
    if runner.val_loop is None or loop.iter == 0:
        return False
    done, last = loop.iter, loop.max_iters
    if is_epoch_based(runner):
        if loop.iter != loop.epoch * len(loop.dataloader):
            return False  # within an epoch
        done, last = loop.epoch, loop.max_epochs
    loop._decide_current_val_interval()
    return done >= loop.val_begin and (done % loop.val_interval == 0
                                       or done == last)
