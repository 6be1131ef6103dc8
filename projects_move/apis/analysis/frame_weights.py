"""Attention and cluster adjacency of each frame of a video (MOVE, Fig. 2).

The weights are recorded while the model predicts the video, so that they are
those of the prediction, whatever recognizer, encoder and backbone it has.
"""
from contextlib import contextmanager
from typing import Dict, Iterator, List, NamedTuple, Optional, Tuple

import numpy as np
import torch
from mmaction.registry import DATASETS
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from torch import Tensor, nn

from projects_move.apis.prediction.inferencer import LongTailInferencer
from projects_move.apis.prediction.prepared_videos import PreparedVideos
from projects_move.errors import InputError
from projects_move.models.necks import NetVLADNeck, PSANeck


class FrameWeights(NamedTuple):
    """Weights of the T frames or clips of a video.

    Attributes:
        attention: Attention of each head, ``(H, T)``; None without a
            ``PSANeck``.
        adjacency: Soft assignment to the clusters, ``(T, K)``; None without a
            ``NetVLADNeck``.
        frames: Number of each frame in the video or the feature file, of a
            clip that of its middle, ``(T,)``; None if unknown, such as for
            several crops of a frame.
        total_frames: Number of frames of the video or the feature file.
        scores: Scores of the classes, ``(S,)``.
    """
    attention: Optional[np.ndarray]
    adjacency: Optional[np.ndarray]
    frames: Optional[np.ndarray]
    total_frames: Optional[int]
    scores: np.ndarray

    @property
    def num_frames(self) -> int:
        if self.attention is not None:
            return self.attention.shape[1]
        return len(self.adjacency)


def frame_weights(inferencer: LongTailInferencer, info: dict) -> FrameWeights:
    """Predict a video and record the weights of its frames.

    All frames are one view; ``test_draws`` of the model is not used.

    Args:
        inferencer: Model and test pipeline.
        info: Data info, see :meth:`LongTailInferencer.videos`.

    Raises:
        InputError: For a video that the pipeline or the model refuses, and
            for a model with neither ``PSANeck`` nor ``NetVLADNeck``.
    """
    model = inferencer.model
    kinds = (PSANeck, NetVLADNeck)
    if not any(isinstance(module, kinds) for module in model.modules()):
        raise InputError(f'the model of {inferencer.checkpoint} has neither '
                         'PSANeck nor NetVLADNeck, whose weights are drawn')
    packed, sampled = _prepare(inferencer, info)
    data = model.data_preprocessor(pseudo_collate([packed]), False)
    with _one_view(model), _recorded(model) as found, torch.no_grad():
        sample, = model(**data, mode='predict')
    attention, adjacency = (
        found[name][0][0].float().cpu().numpy() if found[name] else None
        for name in ('attention', 'adjacency'))
    if attention is not None:
        attention = attention[:, 0]  # (H, V, T) of one view
    weights = FrameWeights(attention, adjacency, None,
                           sampled.get('total_frames'),
                           sample.pred_score.float().cpu().numpy())
    frames = _centers(sampled)
    if frames is not None and len(frames) == weights.num_frames:
        weights = weights._replace(frames=frames)
    return weights


def single_video(inferencer: LongTailInferencer, path: str) -> dict:
    """Data info of the only video of an input.

    Raises:
        InputError: If the input has several.
    """
    infos = inferencer.videos(path)
    if len(infos) != 1:
        first = infos[0].get('feature_path') or infos[0].get('filename')
        raise InputError(f'{path} has {len(infos)} videos: give one of them, '
                         f'such as {first}')
    return infos[0]


def listed_video(config: Config, name: str) -> Tuple[dict, List[str]]:
    """Data info and class names of a video in the test list of a config.

    Raises:
        InputError: If the list has no such video.
    """
    dataset = DATASETS.build(config.test_dataloader.dataset)
    for index in range(len(dataset)):
        info = dataset.get_data_info(index)
        if info['video_id'] == name:
            classes = dataset.metainfo['classes']
            return info, [classes[i] for i in dataset.get_cat_ids(index)]
    raise InputError(f'{dataset.ann_file} has no video {name}')


def _prepare(inferencer: LongTailInferencer, info: dict) -> Tuple[dict, dict]:
    """Packed inputs, and what the pipeline said of the sampled frames."""
    videos = PreparedVideos([info], [0], inferencer.pipeline)
    sampled = {}

    def record(results: dict) -> dict:
        for key in ('frame_inds', 'total_frames', 'clip_len'):
            if key in results:
                value = results[key]
                sampled[key] = np.array(value) if key == 'frame_inds' else \
                    int(value)
        return results

    for pipeline in (videos.pipeline, videos.pipeline_of_arrays):
        pipeline.transforms = [
            step for transform in pipeline.transforms
            for step in (transform, record)
        ]
    video, = videos.items(0)
    if video.packed is None:
        raise InputError(f"video {info['video_id']}: {video.problem}")
    return video.packed, sampled


def _centers(sampled: dict) -> Optional[np.ndarray]:
    """Middle frame of each sampled clip, ``(T,)``."""
    if 'frame_inds' not in sampled:
        return None
    frames, length = sampled['frame_inds'].ravel(), sampled.get('clip_len', 1)
    if len(frames) % length:
        return None
    return frames.reshape(-1, length)[:, (length - 1) // 2]


@contextmanager
def _recorded(model: nn.Module) -> Iterator[Dict[str, List[Tensor]]]:
    """Attention ``(B, H, V, T)`` and adjacency ``(B, T, K)`` of each call."""
    found = dict(attention=[], adjacency=[])
    changed = []

    def record(module: nn.Module, method: str, name: str, index) -> None:
        original = getattr(module, method)

        def call(*args, **kwargs):
            result = original(*args, **kwargs)
            found[name].append(result if index is None else result[index])
            return result

        setattr(module, method, call)
        changed.append((module, method))

    try:
        for module in model.modules():
            if isinstance(module, PSANeck):
                record(module, 'attention', 'attention', 1)
            elif isinstance(module, NetVLADNeck):
                record(module, 'assign', 'adjacency', None)
        yield found
    finally:
        for module, method in changed:
            delattr(module, method)


@contextmanager
def _one_view(model: nn.Module) -> Iterator[None]:
    draws = getattr(model, 'test_draws', None)
    if draws is None:
        yield
        return
    model.test_draws = None
    try:
        yield
    finally:
        model.test_draws = draws
