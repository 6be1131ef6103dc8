"""Class means as the initial weights of a classifier.

The mean of the features of a class is its prototype (Kang et al., ICLR 2020,
nearest class mean). As initial weights it gives rare classes a start that does
not depend on their frequency (Shi et al., "LIFT", ICML 2024).
"""
from typing import List

import torch
from mmengine.dist import all_reduce, get_dist_info
from mmengine.hooks import Hook
from mmengine.registry import HOOKS
from torch import Tensor, nn
from torch.utils.data import DataLoader, Subset

from projects_move.engine.utils import has_resumed, unwrap
from projects_move.errors import InputError
from projects_move.models.classifiers import ExpertClassifiers
from projects_move.models.heads import stack_targets


@HOOKS.register_module()
class ClassMeanInitHook(Hook):
    """Sets the weights of the classifier to the class means of its input.

    Before the training, the model predicts each training video once, in
    evaluation mode. The weights of a class become the mean over its videos,
    scaled to norm ``norm``; biases become zero. A class without videos keeps
    its weights. A video with several labels counts for each. A training that
    is resumed keeps its weights.

    Args:
        norm: Norm of the weights of a class. A cosine classifier ignores it.

    Raises:
        InputError: For a head without a linear or cosine ``classifier``.
    """

    priority = 'LOW'  # after the class counts

    def __init__(self, norm: float = 1.0) -> None:
        self.norm = norm

    @torch.no_grad()
    def before_train(self, runner) -> None:
        if has_resumed(runner):
            return
        model = unwrap(runner.model)
        classifier = getattr(model.cls_head, 'classifier', None)
        experts = (
            list(classifier)
            if isinstance(classifier, ExpertClassifiers) else [classifier])
        if any(getattr(each, 'weight', None) is None for each in experts):
            raise InputError('ClassMeanInitHook expects a head with a '
                             'classifier with weights, found '
                             f'{type(model.cls_head).__name__}')
        sums = self._sum_by_class(runner, model, classifier,
                                  experts)  # (S, E D)
        for expert, mean in zip(experts, sums.chunk(len(experts), dim=-1)):
            length = mean.norm(dim=-1, keepdim=True)
            found = (length > 0).squeeze(-1)
            weight = self.norm * mean / length.clamp(min=1e-12)
            expert.weight[found] = weight[found].to(expert.weight)
            if getattr(expert, 'bias', None) is not None:
                expert.bias.zero_()

    def _sum_by_class(self, runner, model: nn.Module, classifier: nn.Module,
                      experts: List[nn.Module]) -> Tensor:
        """Sum of the inputs of the classifier over the videos of each class,
        over all ranks."""
        loader = runner.train_dataloader
        rank, world_size = get_dist_info()
        share = range(rank, len(loader.dataset), world_size)
        batches = DataLoader(
            Subset(loader.dataset, list(share)),
            batch_size=loader.batch_size,
            collate_fn=loader.collate_fn)
        inputs = []
        width = sum(each.weight.shape[-1] for each in experts)
        sums = experts[0].weight.new_zeros(  # a rank may have no video
            model.cls_head.num_classes,
            width,
            dtype=torch.float64)
        handle = classifier.register_forward_pre_hook(
            lambda module, args: inputs.append(args[0]))
        was_training = model.training
        model.eval()
        try:
            for batch in batches:
                data = model.data_preprocessor(batch, False)
                samples = model(**data, mode='predict')
                x = inputs.pop().double()
                target = stack_targets(samples, model.cls_head.num_classes, x)
                sums = sums + target.T @ x
        finally:
            handle.remove()
            model.train(was_training)
        all_reduce(sums)
        return sums
