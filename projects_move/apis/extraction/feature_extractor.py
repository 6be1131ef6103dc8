"""Features of videos, computed once and cached as one file a video.

A file appears under its name only when it is whole, so an interrupted
extraction goes on where it stopped, and several processes or machines may
fill one folder.
"""
import hashlib
from collections import defaultdict
from pathlib import Path
from typing import Dict, Iterator, List, Optional, Tuple

import numpy as np
import torch
from torch import Tensor, nn

from projects_move.datasets.features.manifest import write_manifest
from projects_move.file_io import atomic_write
from projects_move.models.recognizers import shifted_frames
from .chunked_decoding import DecodedPieces, DecoderDied, decoded


class FeatureExtractor:
    """Runs the backbone of a recognizer over videos.

    Args:
        model: A ``MOVERecognizer`` in evaluation mode.
        out: Folder of the feature files.
        dtype: Of the files, ``'float16'`` or ``'float32'``.
        chunk: Frames or clips that go through the backbone at a time. A
            backbone that shifts among frames gets multiples of its
            ``num_segments``, the last frame repeated to fill up.
        num_crops: That the pipeline makes of each frame, one crop of all
            frames after the other.
        flip: Whether mirror images are crops of their own.
        manifest: What makes the features, said beside the first of them.
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
        self.dtype = np.dtype(dtype)
        self.segments = shifted_frames(model.backbone)
        self.chunk = max(chunk // self.segments, 1) * self.segments
        self.num_crops = num_crops
        self.flip = flip
        self.manifest = manifest

    def missing(self, videos: List[dict]) -> List[dict]:
        """The videos without a feature file, each name once."""
        unique = {video['video_id']: video for video in videos}
        return [
            video for name, video in unique.items()
            if not self.path(name).exists()
        ]

    def path(self, name: str) -> Path:
        return self.out / f'{name}.npy'

    def run(self,
            videos: List[dict],
            pipeline: List[dict],
            num_workers: int = 0) -> Iterator[Tuple[str, str]]:
        """Extract video after video.

        One that ends its decoder, which is a worker process, fails like any
        other: the videos that the workers had in hand are tried again, each
        in a process of its own. Without workers it ends this process.

        Yields:
            The name of each video and, where it failed, the reason.
        """
        left = {video['video_id']: video for video in videos}
        alone: List[str] = []
        while left:
            batch = [alone.pop(0)] if alone else list(left)
            pieces = DecodedPieces([left[name] for name in batch], pipeline,
                                   self.chunk, min(num_workers, len(batch)))
            death = ''
            try:
                for name, problem in self._extract(pieces):
                    del left[name]
                    yield name, problem
            except DecoderDied as error:
                death = str(error).strip()
            if death and len(batch) > 1:
                alone = [name for name in pieces.in_hand if name in left]
                alone = alone or list(left)[:1]
            elif death and batch[0] in left:
                video = left.pop(batch[0])
                yield batch[0], f"{video['filename']}: decoder died: {death}"

    def _extract(self, pieces: DecodedPieces) -> Iterator[Tuple[str, str]]:
        done = defaultdict(list)
        for piece in decoded(pieces):
            name, problem = piece.name, piece.problem
            if piece.packed is not None:
                done[name].append(self.features(piece.packed))
            if piece.is_last:
                parts = done.pop(name, [])
                if not problem:
                    problem = self._write(name, np.concatenate(parts))
                yield name, problem

    def _write(self, name: str, features: np.ndarray) -> str:
        """What is wrong with the features, which are not written then."""
        if not np.isfinite(features).all():
            return f'features hold NaN or are too large for {self.dtype}'
        if self.manifest is not None:
            write_manifest(self.out, self.manifest)
            self.manifest = None
        write_feature_file(self.path(name), features)
        return ''

    @torch.no_grad()
    def features(self, packed: Dict) -> np.ndarray:
        """Features ``(T * crops, C)`` of the packed frames of one video:
        those of all crops of a frame, then those of the next."""
        crops = packed['inputs'].unflatten(0, (self.num_crops, -1))
        if self.flip:
            crops = torch.cat([crops, crops.flip(-1)])
        rows = torch.stack(
            [self._sequence(crop, packed['data_samples']) for crop in crops],
            dim=1).flatten(0, 1)
        with np.errstate(over='ignore'):  # said where it is written
            return rows.numpy().astype(self.dtype)

    def _sequence(self, images: Tensor, data_sample) -> Tensor:
        """Features ``(T, C)`` of frames or clips in their order."""
        total = len(images)
        images = torch.cat([images] + [images[-1:]] * (-total % self.segments))
        rows = []
        for part in images.split(self.chunk):
            data = dict(inputs=[part], data_samples=[data_sample])
            data = self.model.data_preprocessor(data, training=False)
            rows.append(self.model.extract_frames(data['inputs'])[0])
        return torch.cat(rows)[:total].float().cpu()


def write_feature_file(path: Path, features: np.ndarray) -> None:
    """Write a ``.npy`` file that is either whole or not there."""
    with atomic_write(path) as draft, open(draft, 'wb') as file:
        np.save(file, features, allow_pickle=False)


def weights_digest(state: Dict[str, Tensor]) -> str:
    """SHA-256 of the names and values of a state dict."""
    digest = hashlib.sha256()
    for name in sorted(state):
        digest.update(name.encode())
        digest.update(state[name].detach().cpu().contiguous().numpy().data)
    return digest.hexdigest()
