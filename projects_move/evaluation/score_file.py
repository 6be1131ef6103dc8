"""File of the scores of a test, ``scores.npz``."""
import logging
from pathlib import Path
from typing import Dict, List, NamedTuple, Optional, Sequence

import numpy as np
import torch
from mmengine.dist import all_gather_object, get_world_size, is_main_process
from mmengine.logging import print_log
from torch import Tensor

from projects_move.file_io import atomic_write
from .distributed import list_positions
from .video_scores import VideoScores

MAX_SCORES = 20_000_000  # 80 MB, and as much again for logits


class _Part(NamedTuple):
    """Outputs of one rank.

    Attributes:
        positions: Position of each video in the list, ``(N,)``.
        scores: ``(N, S)``.
        labels: Position and class of each label, ``(L, 2)``.
        logits: ``(N, S)``, or None if some video has none.
        videos: Names, or None if some video has none.
    """
    positions: np.ndarray
    scores: np.ndarray
    labels: np.ndarray
    logits: Optional[np.ndarray]
    videos: Optional[List[str]]


class ScoreFile:
    """Writer of the scores, logits, labels and names of the test videos.

    Args:
        keep: Whether to write the file; None writes up to ``MAX_SCORES``
            scores.
    """

    def __init__(self, keep: Optional[bool]) -> None:
        self.keep = keep
        self._reset()

    def _reset(self) -> None:
        self._logits: List[Tensor] = []
        self._videos: List[str] = []
        self._count = 0

    def add(self, data_samples: Sequence[dict], device: Optional[str]) -> None:
        """Add the logits and names of one batch.

        Args:
            data_samples: Samples with ``pred_score``, and ``pred_logits`` and
                ``video_id`` if the model and the pipeline set them.
            device: Device to keep the logits on; None is that of the model.
        """
        if self.keep is False:
            return
        # the padding of a sampler is less than one video for each rank
        if self._is_too_large(self._count * get_world_size(),
                              len(data_samples[0]['pred_score'])):
            self._logits, self._videos = [], []
            return
        self._count += len(data_samples)
        if all('pred_logits' in each for each in data_samples):
            logits = torch.stack([
                each['pred_logits'] for each in data_samples
            ]).detach().float()
            self._logits.append(
                logits if device is None else logits.to(device))
        if all(each.get('video_id') is not None for each in data_samples):
            self._videos += [str(each['video_id']) for each in data_samples]

    def write(self, path: Path, local: VideoScores, size: int) -> None:
        """Write the file on the first rank; each rank has to call.

        A file of an earlier test is deleted if this test keeps no scores.

        Args:
            path: File to write, in a folder that is created if needed.
            local: Scores and labels of this rank.
            size: Number of videos in the list.
        """
        is_too_large = self._is_too_large(size, local.num_classes)
        if is_too_large:
            print_log(
                f'no {path.name}: {size} videos with {local.num_classes} '
                f'scores each are more than {MAX_SCORES} scores; '
                'keep_scores=True of LongTailMetric writes it', 'current')
        if is_too_large or self.keep is False:
            self._reset()
            if is_main_process():
                path.unlink(missing_ok=True)
            return
        parts = all_gather_object(self._part(local, size))
        self._reset()
        if is_main_process():
            with atomic_write(path) as draft, open(draft, 'wb') as file:
                np.savez(file, **_in_list_order(parts, size))

    def _is_too_large(self, videos: int, classes: int) -> bool:
        return self.keep is None and videos * classes > MAX_SCORES

    def _part(self, local: VideoScores, size: int) -> _Part:
        positions = list_positions(local.num_videos, size)
        kept, total = len(positions), local.num_videos
        video, label = local.labels[local.labels[:, 0] < kept].numpy().T
        scores = torch.cat([batch.T for batch in local.scores])
        logits = None if total else scores.numpy()  # a rank without videos
        if self._logits and sum(map(len, self._logits)) == total:
            logits = torch.cat(self._logits)[:kept].cpu().numpy()
        has_videos = len(self._videos) == total
        return _Part(positions, scores[:kept].numpy(),
                     np.stack([positions[video], label], 1), logits,
                     self._videos[:kept] if has_videos else None)


def _in_list_order(parts: List[_Part], size: int) -> Dict[str, np.ndarray]:
    order = np.argsort(np.concatenate([part.positions for part in parts]))
    labels = np.concatenate([part.labels for part in parts])
    arrays = dict(
        scores=np.concatenate([part.scores for part in parts])[order],
        labels=labels[np.lexsort(labels.T[::-1])])
    if all(part.logits is not None for part in parts):
        logits = np.concatenate([part.logits for part in parts])
        arrays['logits'] = logits[order]
    if all(part.videos is not None for part in parts):
        names = [name for part in parts for name in part.videos]
        # each entry of the array has the length of the longest name
        if size * max(map(len, names), default=0) <= MAX_SCORES:
            arrays['videos'] = np.array(names, dtype=str)[order]
        else:
            print_log('scores.npz is without names: one is too long',
                      'current', logging.WARNING)
    return arrays
