"""Average precision of the training set, for Framestack."""
import torch
from mmengine.hooks import Hook
from mmengine.registry import HOOKS

from projects_move.engine.utils import unwrap
from projects_move.evaluation.distributed import average_precision_over_ranks
from projects_move.evaluation.video_scores import VideoScores
from projects_move.formulations import check_formulation
from projects_move.models.heads import stack_targets


@HOOKS.register_module()
class ClassAPHook(Hook):
    """Measures the average precision of each class on the training set.

    Before each step the model predicts the batch, before it is blended. After
    each epoch the hook calls ``set_class_ap(ap)`` on each module of the model
    that has this method, with the average precision over all ranks. It costs
    one more forward pass in each step, and the memory of one score for each
    training video and class.

    Args:
        warmup_epochs: First epoch after which ``set_class_ap`` is called,
            from 1.
        formulation: ``'paper'`` predicts in evaluation mode; ``'official'``
            in training mode, with dropout and updates of the running
            statistics of batch norm, as in the released code.
    """

    def __init__(self,
                 warmup_epochs: int = 1,
                 formulation: str = 'paper') -> None:
        if warmup_epochs < 1:
            raise ValueError('warmup_epochs must be at least 1, got '
                             f'{warmup_epochs}')
        self.warmup_epochs = warmup_epochs
        self.formulation = check_formulation(formulation)
        self._scored = []

    def before_train(self, runner) -> None:
        self._scored = []

    def rank_state(self) -> list:
        """Scores of the batches of this epoch, as plain lists and tensors."""
        return [list(batch) for batch in self._scored]

    def set_rank_state(self, state: list) -> None:
        """Set the scores of the batches before an interruption."""
        self._scored = [VideoScores(*batch) for batch in state]

    @torch.no_grad()
    def before_train_iter(self, runner, batch_idx: int, data_batch=None):
        model = unwrap(runner.model)
        model.train(self.formulation == 'official')
        data = model.data_preprocessor(data_batch, False)
        samples = model(**data, mode='predict')
        model.train()
        scores = torch.stack([sample.pred_score for sample in samples])
        target = stack_targets(samples, scores.shape[1], scores)
        self._scored.append(VideoScores.from_batch(scores, target.nonzero()))

    def after_train_iter(self,
                         runner,
                         batch_idx: int,
                         data_batch=None,
                         outputs=None) -> None:
        steps, length = runner.iter + 1, len(runner.train_dataloader)
        if steps % length:
            return
        ap = self._measure(runner)
        if steps // length >= self.warmup_epochs:
            for module in unwrap(runner.model).modules():
                if hasattr(module, 'set_class_ap'):
                    module.set_class_ap(ap)

    def _measure(self, runner) -> torch.Tensor:
        """Average precision ``(S,)``, zero for a class without videos."""
        size = len(runner.train_dataloader.dataset)
        ap = average_precision_over_ranks(
            VideoScores.concat(self._scored), size)
        self._scored = []
        return ap.nan_to_num(0).to(next(runner.model.parameters()).device)
