"""Extraction of video features into one file for each video.

Files are written atomically, so an interrupted extraction can be resumed, and
several processes or machines can write to one folder.
"""
import hashlib
from collections import defaultdict
from pathlib import Path
from typing import Dict, Iterator, List, Optional, Tuple

import numpy as np
import torch
from torch import Tensor, nn

from projects_move.datasets.features.manifest import write_manifest
from projects_move.datasets.features.store_header import STORE
from projects_move.file_io import atomic_write
from projects_move.models.recognizers import shifted_frames
from .chunked_decoding import ChunkedVideos, DecoderCrashed, iterate_chunks


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
        ValueError: For a folder that is a packed store, whose reader ignores
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
            raise ValueError(f'{out} is a packed store: expected a folder of '
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
            if not self.path(name).exists()
        ]

    def path(self, name: str) -> Path:
        """Feature file of a video."""
        return self.out / f'{name}.npy'

    def run(self,
            videos: List[dict],
            pipeline: List[dict],
            num_workers: int = 0) -> Iterator[Tuple[str, str]]:
        """Extract the features of all videos.

        If a decoder crashes and ends its worker, the active videos of all
        workers are tried again, one at a time. A video that crashes again has
        failed. Without workers a crash ends this process.

        Yields:
            Name of a video and the reason of its failure, empty if there is
            none.
        """
        remaining = {video['video_id']: video for video in videos}
        suspects: List[str] = []
        while remaining:
            names = [suspects.pop(0)] if suspects else list(remaining)
            chunks = ChunkedVideos([remaining[name] for name in names],
                                   pipeline, self.chunk,
                                   min(num_workers, len(names)))
            crash = ''
            try:
                for name, problem in self._extract(chunks):
                    del remaining[name]
                    yield name, problem
            except DecoderCrashed as error:
                crash = str(error).strip()
            if crash and len(names) > 1:
                suspects = [
                    name for name in chunks.active_videos if name in remaining
                ]
                suspects = suspects or list(remaining)[:1]
            elif crash and names[0] in remaining:
                video = remaining.pop(names[0])
                yield names[0], f"{video['filename']}: decoder crashed: " \
                    f'{crash}'

    def _extract(self, videos: ChunkedVideos) -> Iterator[Tuple[str, str]]:
        features = defaultdict(list)
        for name, packed, is_last, problem in iterate_chunks(videos):
            if packed is not None:
                features[name].append(self.features(packed))
            if is_last:
                chunks = features.pop(name, [])
                if not problem:
                    problem = self._write(name, np.concatenate(chunks))
                yield name, problem

    def _write(self, name: str, features: np.ndarray) -> str:
        """Write the file of a video; returns its problem, empty if none."""
        if not np.isfinite(features).all():
            return f'features hold NaN or are too large for {self.dtype}'
        if self.manifest is not None:
            write_manifest(self.out, self.manifest)
            self.manifest = None
        write_feature_file(self.path(name), features)
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
