"""Aggregated features of the videos of a list: the input of the head."""
import copy
from contextlib import contextmanager
from typing import Dict, Iterator, List, NamedTuple, Tuple

import numpy as np
import torch
from mmaction.structures import ActionDataSample
from mmengine.config import Config
from mmengine.registry import DATASETS
from mmengine.runner import Runner
from torch import Tensor

from projects_move.apis.configs import type_name
from projects_move.apis.prediction.inferencer import LongTailInferencer
from projects_move.apis.registered_types import (registered_types_only,
                                                 require_data)
from projects_move.datasets.lists.class_counts import (count_classes,
                                                       iterate_transforms)
from projects_move.engine.hooks.class_counts_hook import broadcast_counts
from projects_move.errors import InputError
from projects_move.evaluation import LongTailMetric
from projects_move.models import MOVERecognizer
from projects_move.models.heads import stack_targets
from projects_move.visualization.class_axis import GROUPS

SPLITS = ('train', 'val', 'test')
CHUNK = 1024  # videos of a forward pass of the head


class SplitFeatures(NamedTuple):
    """Features of N videos.

    Attributes:
        inputs: Input of the head, ``(N, ...)``; ``(N, V, D)`` for a head of
            this package.
        target: Labels in [0, 1], ``(N, S)``.
        head_kwargs: Further arguments of the head.
    """
    inputs: Tensor
    target: Tensor
    head_kwargs: Dict


class AnalysedModel:
    """Model of a checkpoint, its data and its classes.

    Args:
        inferencer: Model and config.

    Attributes:
        class_counts: Training videos of each class, int64 ``(S,)``: those in
            the checkpoint, or in the training list if it has none.
        names: Names of the classes.
        groups: Group of each class.

    Raises:
        InputError: For another recognizer than ``MOVERecognizer``.
    """

    def __init__(self, inferencer: LongTailInferencer) -> None:
        self.model, self.config = inferencer.model, inferencer.config
        self.path, self.names = inferencer.checkpoint, inferencer.classes
        self.config_is_data = inferencer.config_is_data
        if not isinstance(self.model, MOVERecognizer):
            raise InputError(f'{self.path}: expected a MOVERecognizer, found '
                             f'{type(self.model).__name__}')
        counts = self.model.class_counts.cpu()
        if not counts.any():
            config = self._loader_config('train')['dataset']
            with self._building():
                dataset = DATASETS.build(config)
            counts = torch.from_numpy(count_classes(dataset, len(self.names)))
            broadcast_counts(self.model.modules(), counts)
        self.class_counts = counts.numpy()
        self.groups = _groups(self.config, counts)

    def features(self, split: str) -> SplitFeatures:
        """Features of all videos of a list, one view of all frames of the
        test pipeline.

        Raises:
            InputError: Without such a list, and for videos whose features
                cannot be stacked.
        """
        parts = []
        for inputs, target, kwargs in self.batches(split, 'test'):
            if 'valid' in kwargs or (parts and inputs.shape[1:]
                                     != parts[0][0].shape[1:]):
                raise InputError(
                    f'{self.path}: without a neck that aggregates frames, the '
                    'videos need the same number of frames')
            parts.append((inputs, target, kwargs))
        if not parts:
            raise InputError(f'the {split} list has no videos')
        inputs, target, kwargs = zip(*parts)
        return SplitFeatures(torch.cat(inputs), torch.cat(target), kwargs[0])

    @torch.no_grad()
    def batches(self, split: str,
                pipeline: str) -> Iterator[Tuple[Tensor, Tensor, Dict]]:
        """Input of the head, labels, and arguments of the head, of each batch
        of a list.

        Args:
            split: ``'train'``, ``'val'`` or ``'test'``.
            pipeline: The split whose pipeline the videos pass.
        """
        config = self._loader_config(split)
        _base(config['dataset'])['pipeline'] = copy.deepcopy(
            _base(self._loader_config(pipeline)['dataset'])['pipeline'])
        with self._building():
            loader = Runner.build_dataloader(config)
        broadcast_counts(
            iterate_transforms(loader.dataset),
            torch.from_numpy(self.class_counts))
        for batch in loader:
            data = self.model.data_preprocessor(batch, False)
            inputs, kwargs = self.model.extract_feat(**data, stage='neck')
            like = inputs.new_empty(0, dtype=torch.float32)
            target = stack_targets(data['data_samples'], len(self.names), like)
            yield inputs.float(), target, kwargs

    @torch.no_grad()
    def scores(self, features: SplitFeatures) -> Tensor:
        """Scores of the classes ``(N, S)``, as the head predicts them."""
        head, scores = self.model.cls_head, []
        for inputs in features.inputs.split(CHUNK):
            samples = [ActionDataSample() for _ in inputs]
            samples = head.predict(inputs, samples, **features.head_kwargs)
            scores += [sample.pred_score.float() for sample in samples]
        return torch.stack(scores)

    @contextmanager
    def _building(self) -> Iterator[None]:
        """Build parts of the config, of registered types only if the config is
        that of the checkpoint."""
        if not self.config_is_data:
            yield
            return
        try:
            with registered_types_only():
                yield
        except (InputError, OSError):
            raise
        except Exception as error:  # components raise errors of any type
            raise InputError(
                f'{self.path}: the data of its config cannot be loaded: '
                f'{type(error).__name__}: {error}; give --config') from error

    def _loader_config(self, split: str) -> dict:
        config = self.config.get(f'{split}_dataloader')
        if config is None:
            raise InputError(f'the config of {self.path} has no '
                             f'{split}_dataloader')
        config = copy.deepcopy(Config(dict(loader=config)).loader.to_dict())
        for key in ('batch_sampler', 'prefetch_factor', 'pin_memory'):
            config.pop(key, None)
        if self.config_is_data:
            try:
                require_data(config)
            except ValueError as error:
                raise InputError(
                    f'{self.path}: its {split}_dataloader cannot be used: '
                    f'{error}; give --config') from error
        return dict(
            config,
            num_workers=0,
            persistent_workers=False,
            drop_last=False,
            sampler=dict(type='DefaultSampler', shuffle=False))


def _base(dataset: dict) -> dict:
    """Config of a data set, inside its wrappers."""
    while 'pipeline' not in dataset and 'dataset' in dataset:
        dataset = dataset['dataset']
    return dataset


def _groups(config: Config, counts: Tensor) -> List[str]:
    """Group of each class by the metric of the config."""
    evaluators = config.get('test_evaluator') or []
    if isinstance(evaluators, dict):
        evaluators = [evaluators]
    groups = next((each.get('groups', 'thirds') for each in evaluators
                   if type_name(each['type']) == 'LongTailMetric'), 'thirds')
    metric = LongTailMetric(groups, class_counts=counts)
    masks = metric.class_groups(len(counts))
    index = torch.stack([masks[name] for name in GROUPS]).int().argmax(0)
    return np.array(GROUPS)[index.numpy()].tolist()
