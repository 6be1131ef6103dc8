"""Extraction of video features into one file for each video.

Files are written atomically, so an interrupted extraction can be resumed, and
several processes or machines can write to one folder.
"""
import hashlib
import os
from collections import defaultdict
from pathlib import Path
from typing import Dict, Iterator, List, Optional, Tuple

import numpy as np
import torch
from torch import Tensor, nn

from projects_move.apis.worker_videos import handle_all
from projects_move.datasets.features.manifest import write_manifest
from projects_move.datasets.features.store_header import STORE
from projects_move.errors import InputError
from projects_move.file_io import atomic_write
from projects_move.models.recognizers import shifted_frames
from .chunked_decoding import ChunkedVideos, FrameChunk


class FeatureExtractor:
    """Runs the backbone of a recognizer over videos.

    Args:
        model: A ``MOVERecognizer`` in evaluation mode.
        out: Folder of the feature files.
        dtype: Float type of the files, ``'float16'`` or ``'float32'``.
        chunk: Number of frames or clips of one forward pass, rounded down to
            a multiple of ``num_segments`` for a backbone with temporal shifts.
        num_crops: Number of crops of each frame. The pipeline returns the
            first crop of all frames, then the second of all frames, and so on.
        flip: Whether to add the mirror image of each crop.
        manifest: Content of ``manifest.json``, which is written before the
            first feature file.

    Raises:
        InputError: For a folder that is a packed store, whose reader ignores
            feature files.
    """

    def __init__(self,
                 model: nn.Module,
                 out: Path,
                 dtype: str = 'float16',
                 chunk: int = 64,
                 num_crops: int = 1,
                 flip: bool = False,
                 manifest: Optional[dict] = None) -> None:
        self.model = model
        self.out = Path(out)
        if (self.out / STORE).exists():
            raise InputError(f'{out} is a packed store: expected a folder of '
                             'feature files')
        self.dtype = np.dtype(dtype)
        self.segments = shifted_frames(model.backbone)
        self.chunk = max(chunk // self.segments, 1) * self.segments
        self.num_crops = num_crops
        self.flip = flip
        self.manifest = manifest

    def missing(self, videos: List[dict]) -> List[dict]:
        """Videos without a feature file, without duplicates."""
        unique = {video['video_id']: video for video in videos}
        return [
            video for name, video in unique.items()
            if _leaves_folder(name) or not os.path.isfile(self.path(name))
        ]

    def path(self, name: str) -> Path:
        """Feature file of a video."""
        return self.out / f'{name}.npy'

    def run(self,
            videos: List[dict],
            pipeline: List[dict],
            num_workers: int = 0) -> Iterator[Tuple[str, str]]:
        """Extract the features of all videos.

        A video that fails or crashes its decoder does not end the others;
        without workers a crash ends this process.

        Yields:
            Name of a video and the reason of its failure, empty if there is
            none.
        """
        unique = {video['video_id']: video for video in videos}
        for name in [name for name in unique if _leaves_folder(name)]:
            del unique[name]
            yield name, (f'does not lie below data_prefix, and its file would '
                         f'not lie below {self.out}')

        def load(names: List[str]) -> ChunkedVideos:
            return ChunkedVideos([unique[name] for name in names], pipeline,
                                 self.chunk, min(num_workers, len(names)))

        for name, problem, crash in handle_all(
                list(unique), load, self._extract):
            file = unique[name]['filename']
            yield name, f'{file}: decoder crashed: {crash}' if crash \
                else problem

    def _extract(self, items: Iterator[FrameChunk]
                 ) -> Iterator[Tuple[str, Optional[str]]]:
        """Name of each video and its problem, empty if it has none."""
        features, problems = defaultdict(list), {}
        for name, packed, is_last, problem in items:
            if packed is not None and name not in problems:
                try:
                    features[name].append(self.features(packed))
                except Exception as error:  # layers raise errors of any type
                    problem = f'{type(error).__name__}: {error}'
            if problem:
                problems[name] = problem
            if is_last:
                chunks = features.pop(name, [])
                problem = problems.pop(name, '')
                yield name, problem or self._write(name, chunks)

    def _write(self, name: str, chunks: List[np.ndarray]) -> str:
        """Write the file of a video; returns its problem, empty if none."""
        features = np.concatenate(chunks)
        if not np.isfinite(features).all():
            return f'features hold NaN or are too large for {self.dtype}'
        try:
            if self.manifest is not None:
                write_manifest(self.out, self.manifest)
                self.manifest = None
        except OSError as error:  # such as a full disk
            return f'{type(error).__name__}: {error}'
        try:
            write_feature_file(self.path(name), features)
        except (OSError, ValueError) as error:  # such as a name too long
            return f'{type(error).__name__}: {error}'
        return ''

    @torch.no_grad()
    def features(self, packed: Dict) -> np.ndarray:
        """Features ``(T * crops, C)`` of packed frames of one video, the
        crops of a frame next to each other."""
        crops = packed['inputs'].unflatten(0, (self.num_crops, -1))
        if self.flip:
            crops = torch.cat([crops, crops.flip(-1)])
        rows = torch.stack(
            [self._crop_features(crop, packed) for crop in crops],
            dim=1).flatten(0, 1)
        with np.errstate(over='ignore'):  # reported by _write
            return rows.numpy().astype(self.dtype)

    def _crop_features(self, images: Tensor, packed: Dict) -> Tensor:
        """Features ``(T, C)`` of one crop of all frames or clips.

        The last frame is repeated up to a multiple of the segments.
        """
        total = len(images)
        images = torch.cat([images] + [images[-1:]] * (-total % self.segments))
        rows = []
        for part in images.split(self.chunk):
            data = dict(inputs=[part], data_samples=[packed['data_samples']])
            data = self.model.data_preprocessor(data, training=False)
            rows.append(self.model.extract_frames(data['inputs'])[0])
        return torch.cat(rows)[:total].float().cpu()


def _leaves_folder(name: str) -> bool:
    """Whether the name of a video is a path to another folder."""
    return os.path.isabs(name) or '..' in Path(name).parts


def write_feature_file(path: Path, features: np.ndarray) -> None:
    """Write a ``.npy`` file atomically."""
    with atomic_write(path) as draft, open(draft, 'wb') as file:
        np.save(file, features, allow_pickle=False)


def weights_digest(state: Dict[str, Tensor]) -> str:
    """SHA-256 of the names and values of a state dict."""
    digest = hashlib.sha256()
    for name in sorted(state):
        digest.update(name.encode())
        digest.update(state[name].detach().cpu().contiguous().numpy().data)
    return digest.hexdigest()
