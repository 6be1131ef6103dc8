"""Prediction of the classes of videos from a checkpoint."""
import os
import textwrap
from contextlib import contextmanager, nullcontext
from itertools import islice
from pathlib import Path
from typing import Dict, Iterator, List, Optional, Sequence, Tuple, Union

import numpy as np
import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from mmengine.registry import init_default_scope

from projects_move.apis.checkpoints import (read_checkpoint, saved_classes,
                                            saved_config, with_counts_of)
from projects_move.apis.configs import load_config, merge_options, type_name
from projects_move.apis.extraction.backbone_weights import strip_pretrained
from projects_move.apis.registered_types import registered_types_only
from projects_move.datasets.features.manifest import (find_provenance,
                                                      require_same_provenance)
from projects_move.errors import InputError
from .inputs import PredictionInput, PredictionInputs
from .prepared_videos import PreparedVideo, PreparedVideos
from .records import Prediction
from .worker_videos import handle_all, in_order


class LongTailInferencer:
    """Predicts the classes of videos or of their cached features.

    Args:
        checkpoint: Checkpoint of a training, with config, class names and
            class counts.
        config: Config instead of that in the checkpoint, which is read as
            data: literals and registered types. A converted checkpoint has no
            config.
        device: By default a GPU if one is available.
        cfg_options: Overrides of the config.

    Raises:
        InputError: For a file that is no checkpoint, a config that builds no
            model, weights that do not fit the config, class names that do not
            fit the head, and a checkpoint without config if none is given.
    """

    def __init__(self,
                 checkpoint: Union[str, Path],
                 config: Union[str, Path, Config, None] = None,
                 device: Optional[str] = None,
                 cfg_options: Optional[dict] = None) -> None:
        saved = read_checkpoint(checkpoint)
        meta = saved['meta']
        is_data = config is None  # a config that is given is code
        self.config_is_data = is_data
        if is_data:
            config = saved_config(checkpoint, meta)
        elif not isinstance(config, Config):
            config = load_config(config)
        merge_options(config, cfg_options or {})
        init_default_scope(config.get('default_scope', 'mmaction'))
        self.device = device or ('cuda'
                                 if torch.cuda.is_available() else 'cpu')
        with _config_errors(checkpoint), \
                registered_types_only() if is_data else nullcontext():
            self.model = _build(config.model)
            num_classes = self.model.cls_head.num_classes
            dataset = _dataset_config(config)
            self.pipeline = Config(dict(pipeline=dataset.pipeline)).pipeline
            PreparedVideos([], [], self.pipeline)
        try:
            self.model.load_state_dict(
                with_counts_of(self.model, saved['state_dict']))
        except RuntimeError as error:
            reason = textwrap.shorten(str(error), 400)
            raise InputError(
                f'{checkpoint} does not fit its config: {reason}') from error
        try:
            self.model.to(self.device).eval()
        except (AssertionError, RuntimeError) as error:  # of torch
            raise InputError(f'the device {self.device!r} cannot be used: '
                             f'{str(error).splitlines()[0]}') from error
        self.classes = saved_classes(checkpoint, meta)
        if self.classes is None:
            self.classes = [str(index) for index in range(num_classes)]
        if len(self.classes) != num_classes:
            raise InputError(f'{checkpoint} has {len(self.classes)} class '
                             f'names, expected {num_classes}, one for each '
                             'score')
        self.checkpoint, self.config = checkpoint, config
        self.provenance = meta.get('feature_manifest')
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
            MissingInputError: For an input that does not exist.
            InputError: For a folder or list without a video, for an array
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

    def predict(self,
                videos: List[dict],
                batch_size: int = 8,
                num_workers: int = 0) -> Iterator[Prediction]:
        """Predictions of data infos, in their order. A video that fails has a
        problem instead of scores; with workers, also one that crashes its
        decoder.

        Raises:
            ValueError: For a batch size below 1 or fewer than 0 workers.
        """
        if batch_size < 1 or num_workers < 0:
            raise ValueError('expected batch_size >= 1 and num_workers >= 0, '
                             f'got {batch_size} and {num_workers}')

        def load(keys: List[int]) -> PreparedVideos:
            return PreparedVideos(videos, keys, self.pipeline, num_workers)

        def handle(items: Iterator[PreparedVideo]) -> Iterator[tuple]:
            while True:
                rows = list(islice(items, batch_size))
                if not rows:
                    return
                yield from self._handle_batch(rows)

        results = ((key, f'decoder crashed: {crash}' if crash else result)
                   for key, result, crash in handle_all(
                       range(len(videos)), load, handle))
        for key, result in in_order(results):
            yield Prediction.of_result(videos[key]['video_id'], result,
                                       self.classes)

    def _handle_batch(self, rows: List[PreparedVideo]
                      ) -> Iterator[Tuple[int, Union[np.ndarray, str]]]:
        """Key, and scores or problem, of each video."""
        results = iter(
            self._try_scores(
                [row.packed for row in rows if row.packed is not None]))
        for row in rows:
            yield row.key, row.problem if row.packed is None else next(results)

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

    @torch.no_grad()
    def _scores(self, packed: List[dict]) -> List[np.ndarray]:
        shapes = {tuple(row['inputs'].shape) for row in packed}
        if len(shapes) > 1 and not self.takes_features:  # cannot be stacked
            return [self._scores([row])[0] for row in packed]
        data = self.model.data_preprocessor(pseudo_collate(packed), False)
        samples = self.model(**data, mode='predict')
        return [sample.pred_score.float().cpu().numpy() for sample in samples]


def _build(model: Dict) -> torch.nn.Module:
    """Model without pretrained weights, which the checkpoint replaces."""
    model = Config(model).to_dict()
    model['backbone'] = strip_pretrained(model['backbone'])
    return MODELS.build(model)


@contextmanager
def _config_errors(checkpoint: Union[str, Path]) -> Iterator[None]:
    """Name the checkpoint whose config builds no model or pipeline."""
    try:
        yield
    except Exception as error:  # components raise errors of any type
        text = str(error.args[0] if error.args else error).splitlines()
        raise InputError(f'the config of {checkpoint} fits no prediction: '
                         f'{type(error).__name__}: '
                         f'{text[0] if text else ""}') from error


def _dataset_config(config: Config) -> dict:
    """Config of the test data set, inside its wrappers."""
    dataset = config.test_dataloader.dataset
    while 'pipeline' not in dataset:
        dataset = dataset.dataset
    return dataset
