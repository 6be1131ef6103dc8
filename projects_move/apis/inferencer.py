"""From a checkpoint and videos to class names and scores."""
import os
from pathlib import Path
from typing import (Dict, Iterator, List, NamedTuple, Optional, Sequence,
                    Tuple, Union)

import numpy as np
import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.dataset import Compose, pseudo_collate
from mmengine.registry import init_default_scope
from torch.utils.data import DataLoader, Dataset

from projects_move.apis.extraction.backbone_weights import \
    without_start_weights
from projects_move.datasets.features.feature_file import check_features
from projects_move.datasets.features.manifest import (compare_origins,
                                                      find_origin)
from .config_types import type_name
from .prediction_inputs import PredictionSources, Source


class Prediction(NamedTuple):
    """What a model says of a video.

    Attributes:
        name: Of the video.
        scores: By class, float32 ``(S,)``; None where it failed.
        labels: Classes from the most to the least likely.
        problem: Why it failed, empty where it did not.
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
        checkpoint: Of a training; its config, class names and class counts
            are in it.
        config: In place of the checkpoint's own, which a converted one lacks.
        device: By default a GPU where there is one.
        cfg_options: Overrides of the config.

    Raises:
        ValueError: For what is no checkpoint, for one that does not fit its
            config, and for one without a config where none is given.
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
                raise ValueError(f'{checkpoint} carries no config: give one')
            config = Config.fromstring(meta['cfg'], '.py')
        elif not isinstance(config, Config):
            config = Config.fromfile(config)
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
        self.checkpoint = checkpoint
        self.origin = meta.get('feature_manifest')
        dataset = _dataset(config)
        self.pipeline = dataset.pipeline
        self.suffix = dataset.get('suffix', '.mp4')
        self.takes_features = any(
            type_name(step['type']) == 'LoadFeatures'
            for step in self.pipeline)

    def __call__(self,
                 sources: Union[Source, List[Source]],
                 prefix: str = '',
                 batch_size: int = 8,
                 num_workers: int = 0) -> List[Prediction]:
        """Predict all videos of one or several sources.

        Args:
            sources: A video, a feature file, a folder of either, a packed
                store, a list (``.lst``, ``.txt`` or ``.csv``, its labels are
                not read), or features ``(T, C)``.
            prefix: Folder of the names of a list.
            batch_size: Videos at a time.
            num_workers: That decode.
        """
        return list(
            self.predict(
                self.videos(sources, prefix), batch_size, num_workers))

    def videos(self,
               sources: Union[Source, List[Source]],
               prefix: str = '') -> List[dict]:
        """Data infos of all videos of the sources.

        Raises:
            FileNotFoundError: For a source that is not there.
            ValueError: For a folder or list without a video, and for
                features of another backbone than the checkpoint's.
        """
        if not isinstance(sources, (list, tuple)):
            sources = [sources]
        infos = PredictionSources(self.takes_features, self.suffix,
                                  self.classes).infos(sources, prefix)
        if self.origin is not None:
            self._check_origin(infos)
        return infos

    def _check_origin(self, infos: List[dict]) -> None:
        folders = {
            os.path.dirname(info['feature_path']): None
            for info in infos if 'feature_path' in info
        }
        for folder in folders:
            origin, place = find_origin(folder)
            compare_origins(self.origin, f'the checkpoint {self.checkpoint}',
                            origin, place)

    @torch.no_grad()
    def predict(self,
                videos: List[dict],
                batch_size: int = 8,
                num_workers: int = 0) -> Iterator[Prediction]:
        """Predict data infos, in their order; one that fails is told."""
        loader = DataLoader(
            _PreparedVideos(videos, self.pipeline),
            batch_size=batch_size,
            num_workers=num_workers,
            collate_fn=list)
        for rows in loader:
            found = iter(
                self._try_scores(
                    [packed for _, packed, _ in rows if packed is not None]))
            for name, packed, problem in rows:
                score = problem if packed is None else next(found)
                if isinstance(score, str):
                    yield Prediction(name, None, [], score)
                    continue
                order = np.argsort(-score, kind='stable')
                yield Prediction(name, score, [self.classes[i] for i in order])

    def _try_scores(self,
                    packed: Sequence[dict]) -> List[Union[np.ndarray, str]]:
        """Scores of each video, or why it has none: of a batch that fails,
        each is tried alone."""
        if not packed:
            return []
        try:
            return self._scores(packed)
        except Exception as error:  # features of other channels, say
            if len(packed) == 1:
                return [f'{type(error).__name__}: {error}']
        return [self._try_scores([row])[0] for row in packed]

    def _scores(self, packed: List[dict]) -> List[np.ndarray]:
        shapes = {tuple(row['inputs'].shape) for row in packed}
        if len(shapes) > 1 and not self.takes_features:  # they do not stack
            return [self._scores([row])[0] for row in packed]
        data = self.model.data_preprocessor(pseudo_collate(packed), False)
        samples = self.model(**data, mode='predict')
        return [sample.pred_score.float().cpu().numpy() for sample in samples]


def _load(checkpoint: Union[str, Path]) -> dict:
    try:
        saved = torch.load(checkpoint, map_location='cpu', weights_only=True)
    except OSError:
        raise
    except Exception as error:  # of pickle, zip files and torch
        text = str(error).rpartition('WeightsUnpickler error: ')[2].strip()
        reason = f'{type(error).__name__}: {text}'.splitlines()[0]
        raise ValueError(f'{checkpoint} does not read as a checkpoint: '
                         f'{reason}') from error
    if not isinstance(saved, dict):
        raise ValueError(f'{checkpoint} does not read as a checkpoint: '
                         f'expected a dict, got {type(saved).__name__}')
    return saved


def _build(model: Dict) -> torch.nn.Module:
    """Without what a backbone would start from: the checkpoint has it all."""
    model = Config(model).to_dict()
    model['backbone'] = without_start_weights(model['backbone'])
    return MODELS.build(model)


def _dataset(config: Config) -> dict:
    dataset = config.test_dataloader.dataset
    while 'pipeline' not in dataset:  # inside a wrapper
        dataset = dataset.dataset
    return dataset


class _PreparedVideos(Dataset):
    """Packed inputs of each video, or why there are none."""

    def __init__(self, videos: List[dict], pipeline: List[dict]) -> None:
        self.videos = videos
        self.pipeline = Compose(pipeline)
        self.from_array = Compose([
            step for step in pipeline
            if type_name(step['type']) != 'LoadFeatures'
        ])

    def __len__(self) -> int:
        return len(self.videos)

    def __getitem__(self, index: int) -> Tuple[str, Optional[dict], str]:
        info = dict(self.videos[index], modality='RGB', start_index=0)
        pipeline = self.from_array if 'features' in info else self.pipeline
        try:
            if 'features' in info:
                check_features(info['features'], info['video_id'])
            if not os.path.isfile(info.get('filename', __file__)):
                raise FileNotFoundError(f"no video file {info['filename']}")
            return info['video_id'], pipeline(info), ''
        except Exception as error:  # decoders raise whatever they like
            return info['video_id'], None, f'{type(error).__name__}: {error}'
