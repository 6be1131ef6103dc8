"""Random numbers that a resumed training draws again."""
from typing import Optional

from mmengine.dist import get_rank
from mmengine.hooks import Hook
from mmengine.registry import HOOKS

from projects_move.datasets.seeded_batches import STEP, seed_batches
from projects_move.engine.utils import is_epoch_based, restart_workers
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
        InputError: If the training stopped within an epoch that now has
            another number of batches.
    """

    priority = 'VERY_HIGH'

    def __init__(self) -> None:
        self._saved: Optional[dict] = None

    def after_load_checkpoint(self, runner, checkpoint: dict) -> None:
        if runner._resume:
            self._saved = checkpoint.get('meta', {}).get('seeded_draws')

    def before_save_checkpoint(self, runner, checkpoint: dict) -> None:
        meta = checkpoint['meta']
        batches = len(runner.train_dataloader)
        done = meta['iter'] - meta['epoch'] * batches
        meta['seeded_draws'] = dict(
            sampler_seed=getattr(runner.train_dataloader.sampler, 'seed',
                                 None),
            batches=batches,
            done=done if is_epoch_based(runner) else 0)

    def before_train(self, runner) -> None:
        loader, saved = runner.train_dataloader, self._saved or {}
        if saved.get('sampler_seed') is not None:
            loader.sampler.seed = saved['sampler_seed']
        self._sampler = seed_batches(loader, runner.seed, get_rank())
        restart_workers(runner)
        if saved and saved['batches'] != len(loader):
            text = (f'the checkpoint has epochs of {saved["batches"]} '
                    f'batches, the data loader has {len(loader)}')
            if saved['done']:
                raise InputError(
                    f'{text}: a training that stopped within an epoch resumes '
                    'with the same list, batch size and number of ranks')
            runner.logger.warning(
                f'{text}: the resumed training differs from one that was not '
                'interrupted')

    def before_train_epoch(self, runner) -> None:
        if not is_epoch_based(runner):
            return  # the loop of MMEngine loads the batches again
        done, self._saved = (self._saved or {}).get('done', 0), None
        self._sampler.epoch = runner.epoch
        self._sampler.start = done * runner.train_dataloader.batch_size
        if done:
            runner.logger.info(f'resumed after {done} batches of the epoch')

    def before_train_iter(self, runner, batch_idx: int, data_batch=None):
        seed_generators(runner.seed, STEP, runner.iter)
