"""Random numbers that a resumed training draws again."""
from typing import Any, Optional

from mmengine.dist import get_rank
from mmengine.hooks import Hook
from mmengine.registry import HOOKS

from projects_move.datasets.seeded_batches import STEP, seed_batches
from projects_move.engine.epoch_plan import changed_parts, epoch_plan
from projects_move.engine.utils import (is_epoch_based, is_resuming,
                                        restart_workers)
from projects_move.errors import InputError
from projects_move.utils.seeding import seed_generators


@HOOKS.register_module()
class SeededDrawsHook(Hook):
    """Seeds each step and each batch, and resumes within an epoch.

    The random numbers of a step (mixing, dropout) follow from the seed of the
    run and the number of the step. Those of a batch (frames, augmentation)
    follow from the seed, the epoch, the position of its first video and the
    rank. No state of a generator is needed to resume, and the number of
    workers makes no difference.

    A training that stopped within an epoch goes on with the next batch; the
    batches before it are not loaded.

    Raises:
        InputError: If the training stopped within an epoch that would now
            have other batches, see :func:`.epoch_plan.epoch_plan`; for a
            checkpoint whose state is none of this hook.
    """

    priority = 'VERY_HIGH'

    def __init__(self) -> None:
        self._saved: Optional[dict] = None

    def after_load_checkpoint(self, runner, checkpoint: dict) -> None:
        if is_resuming(runner):
            self._saved = _checked(checkpoint['meta'].get('seeded_draws'))

    def before_save_checkpoint(self, runner, checkpoint: dict) -> None:
        meta = checkpoint['meta']
        batches = len(runner.train_dataloader)
        done = meta['iter'] - meta['epoch'] * batches
        meta['seeded_draws'] = dict(
            sampler_seed=getattr(runner.train_dataloader.sampler, 'seed',
                                 None),
            plan=self._plan,
            done=done if is_epoch_based(runner) else 0)

    def before_train(self, runner) -> None:
        loader, saved = runner.train_dataloader, self._saved or {}
        if saved.get('sampler_seed') is not None:
            loader.sampler.seed = saved['sampler_seed']
        self._plan = epoch_plan(loader)
        self._sampler = seed_batches(loader, runner.seed, get_rank())
        restart_workers(runner)
        changes = ', '.join(changed_parts(saved.get('plan', {}), self._plan))
        if changes and saved['done']:
            raise InputError(
                f'{runner._load_from} was saved within an epoch, which would '
                f'now have other batches ({changes}): resume with the list, '
                'sampler, batch size and number of ranks that it had')
        if changes:
            runner.logger.warning(
                f'the epochs have other batches ({changes}): the resumed '
                'training differs from one that was not interrupted')

    def before_train_epoch(self, runner) -> None:
        if not is_epoch_based(runner):
            return  # the loop of MMEngine loads the batches again
        done, self._saved = (self._saved or {}).get('done', 0), None
        self._sampler.epoch = runner.epoch
        if done:
            batches = runner.train_dataloader.batch_sampler
            self._sampler.start = done * batches.batch_size
            runner.logger.info(f'resumed after {done} batches of the epoch')

    def before_train_iter(self, runner, batch_idx: int, data_batch=None):
        seed_generators(runner.seed, STEP, runner.iter)


def _checked(saved: Any) -> Optional[dict]:
    """State of the hook in a checkpoint; None in one without it.

    Raises:
        InputError: If it is of another form.
    """
    if saved is None:
        return None
    seed = saved.get('sampler_seed') if isinstance(saved, dict) else None
    if not isinstance(saved, dict) or type(seed) not in (int, type(None)) or \
            type(saved.get('done')) is not int or saved['done'] < 0 or \
            not isinstance(saved.get('plan', {}), dict):
        raise InputError('the state of SeededDrawsHook in the checkpoint is '
                         f'of another form: {saved!r:.80}')
    return saved
