"""Prediction of the classes of videos from a checkpoint."""
import os
from pathlib import Path
from typing import (Dict, Iterator, List, NamedTuple, Optional, Sequence,
                    Tuple, Union)

import numpy as np
import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from mmengine.registry import init_default_scope
from torch.utils.data import DataLoader

from projects_move.apis.extraction.backbone_weights import strip_pretrained
from projects_move.datasets.features.manifest import (find_provenance,
                                                      require_same_provenance)
from .config_utils import find_config, type_name
from .prediction_inputs import (PredictionInput, PredictionInputs,
                                PreparedVideos)


class Prediction(NamedTuple):
    """Predicted classes of one video.

    Attributes:
        name: Name of the video.
        scores: Score of each class, float32 ``(S,)``; None for a video that
            failed.
        labels: Class names, the most likely first.
        problem: Reason of the failure, empty if there is none.
    """
    name: str
    scores: Optional[np.ndarray]
    labels: List[str]
    problem: str = ''

    def top(self, count: int) -> List[Tuple[str, float]]:
        """The most likely classes and their scores."""
        if self.scores is None:
            return []
        order = np.argsort(-self.scores, kind='stable')[:count]
        return [(label, float(self.scores[i]))
                for label, i in zip(self.labels, order)]


class LongTailInferencer:
    """Predicts the classes of videos or of their cached features.

    Args:
        checkpoint: Checkpoint of a training, with config, class names and
            class counts.
        config: Config instead of that in the checkpoint. A converted
            checkpoint has no config.
        device: By default a GPU if one is available.
        cfg_options: Overrides of the config.

    Raises:
        ValueError: For a file that is no checkpoint, weights that do not fit
            the config, class names that do not fit the head, and a checkpoint
            without config if none is given.
    """

    def __init__(self,
                 checkpoint: Union[str, Path],
                 config: Union[str, Path, Config, None] = None,
                 device: Optional[str] = None,
                 cfg_options: Optional[dict] = None) -> None:
        saved = _load(checkpoint)
        meta = saved.get('meta', {})
        if config is None:
            if 'cfg' not in meta:
                raise ValueError(f'{checkpoint} has no config: give one')
            config = Config.fromstring(meta['cfg'], '.py')
        elif not isinstance(config, Config):
            config = Config.fromfile(find_config(config))
        if cfg_options:
            config.merge_from_dict(cfg_options)
        init_default_scope(config.get('default_scope', 'mmaction'))
        self.device = device or ('cuda'
                                 if torch.cuda.is_available() else 'cpu')
        self.model = _build(config.model)
        try:
            self.model.load_state_dict(saved.get('state_dict', saved))
        except RuntimeError as error:
            raise ValueError(
                f'{checkpoint} does not fit its config: {error}') from error
        self.model.to(self.device).eval()
        num_classes = self.model.cls_head.num_classes
        classes = (meta.get('dataset_meta') or {}).get('classes')
        self.classes = [str(name) for name in classes or range(num_classes)]
        if len(self.classes) != num_classes:
            raise ValueError(f'{checkpoint} has {len(self.classes)} class '
                             f'names, expected {num_classes}')
        self.checkpoint = checkpoint
        self.provenance = meta.get('feature_manifest')
        dataset = _dataset_config(config)
        self.pipeline = dataset.pipeline
        self.suffix = dataset.get('suffix', '.mp4')
        self.takes_features = any(
            type_name(step['type']) == 'LoadFeatures'
            for step in self.pipeline)

    def __call__(self,
                 inputs: Union[PredictionInput, List[PredictionInput]],
                 prefix: str = '',
                 batch_size: int = 8,
                 num_workers: int = 0) -> List[Prediction]:
        """Predict all videos of one or several inputs.

        Args:
            inputs: A video, a feature file, a folder of either, a packed
                store, a list (``.lst``, ``.txt``, ``.csv``, ``.tsv`` or
                ``.json``, its labels are ignored), or features ``(T, C)``.
            prefix: Folder of the names of a list.
            batch_size: Videos of a batch.
            num_workers: Workers of the data loader.
        """
        return list(
            self.predict(self.videos(inputs, prefix), batch_size, num_workers))

    def videos(self,
               inputs: Union[PredictionInput, List[PredictionInput]],
               prefix: str = '',
               list_format: Optional[str] = None) -> List[dict]:
        """Data infos of all videos of the inputs.

        Args:
            inputs: See ``__call__``.
            prefix: Folder of the names of a list.
            list_format: Format of the lists, if it cannot be recognized.

        Raises:
            FileNotFoundError: For an input that does not exist.
            ValueError: For a folder or list without a video, for an array
                if the model takes video files, and for features of another
                backbone than that of the training.
        """
        if not isinstance(inputs, (list, tuple)):
            inputs = [inputs]
        infos = PredictionInputs(self.takes_features, self.suffix,
                                 self.classes,
                                 list_format).data_infos(inputs, prefix)
        if self.provenance is not None:
            self._check_provenance(infos)
        return infos

    def _check_provenance(self, infos: List[dict]) -> None:
        folders = {
            os.path.dirname(info['feature_path']): None
            for info in infos if 'feature_path' in info
        }
        for folder in folders:
            provenance, place = find_provenance(folder)
            require_same_provenance(self.provenance,
                                    f'the checkpoint {self.checkpoint}',
                                    provenance, place)

    @torch.no_grad()
    def predict(self,
                videos: List[dict],
                batch_size: int = 8,
                num_workers: int = 0) -> Iterator[Prediction]:
        """Predictions of data infos, in their order. A video that fails has a
        problem instead of scores."""
        loader = DataLoader(
            PreparedVideos(videos, self.pipeline),
            batch_size=batch_size,
            num_workers=num_workers,
            collate_fn=list)
        for rows in loader:
            results = iter(
                self._try_scores(
                    [packed for _, packed, _ in rows if packed is not None]))
            for name, packed, problem in rows:
                scores = problem if packed is None else next(results)
                if isinstance(scores, str):
                    yield Prediction(name, None, [], scores)
                    continue
                order = np.argsort(-scores, kind='stable')
                labels = [self.classes[i] for i in order]
                yield Prediction(name, scores, labels)

    def _try_scores(self,
                    packed: Sequence[dict]) -> List[Union[np.ndarray, str]]:
        """Scores or problem of each video. If a batch fails, its videos are
        tried one by one."""
        if not packed:
            return []
        try:
            return self._scores(packed)
        except Exception as error:  # such as features of other channels
            if len(packed) == 1:
                return [f'{type(error).__name__}: {error}']
        return [self._try_scores([row])[0] for row in packed]

    def _scores(self, packed: List[dict]) -> List[np.ndarray]:
        shapes = {tuple(row['inputs'].shape) for row in packed}
        if len(shapes) > 1 and not self.takes_features:  # cannot be stacked
            return [self._scores([row])[0] for row in packed]
        data = self.model.data_preprocessor(pseudo_collate(packed), False)
        samples = self.model(**data, mode='predict')
        return [sample.pred_score.float().cpu().numpy() for sample in samples]


def _load(checkpoint: Union[str, Path]) -> dict:
    try:
        saved = torch.load(checkpoint, map_location='cpu', weights_only=True)
    except OSError:
        raise
    except Exception as error:  # errors of pickle, zip files and torch
        text = str(error).rpartition('WeightsUnpickler error: ')[2].strip()
        reason = f'{type(error).__name__}: {text}'.splitlines()[0]
        raise ValueError(f'{checkpoint} is no checkpoint: '
                         f'{reason}') from error
    if not isinstance(saved, dict):
        raise ValueError(f'{checkpoint} is no checkpoint: expected a dict, '
                         f'got {type(saved).__name__}')
    return saved


def _build(model: Dict) -> torch.nn.Module:
    """Model without pretrained weights, which the checkpoint replaces."""
    model = Config(model).to_dict()
    model['backbone'] = strip_pretrained(model['backbone'])
    return MODELS.build(model)


def _dataset_config(config: Config) -> dict:
    """Config of the test data set, inside its wrappers."""
    dataset = config.test_dataloader.dataset
    while 'pipeline' not in dataset:
        dataset = dataset.dataset
    return dataset
