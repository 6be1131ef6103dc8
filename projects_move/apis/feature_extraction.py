"""Features of videos, computed once and cached as one file a video.

A file appears under its name only when it is whole, so an interrupted
extraction goes on where it stopped, and several processes or machines may
fill one folder.
"""
import hashlib
import json
import os
from pathlib import Path
from typing import Dict, Iterator, List, Optional, Tuple

import numpy as np
import torch
from mmengine.dataset import Compose
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from projects_move.models.recognizers import shifted_frames


class DecodedVideos(Dataset):
    """Decoded frames of listed videos; a video that fails gives its reason.

    Args:
        videos: Data infos with ``video_id`` and ``filename``.
        pipeline: From the file to packed inputs.
    """

    def __init__(self, videos: List[dict], pipeline: List[dict]) -> None:
        self.videos = videos
        self.pipeline = Compose(pipeline)

    def __len__(self) -> int:
        return len(self.videos)

    def __getitem__(self, index: int) -> Tuple[str, Optional[dict], str]:
        info = dict(self.videos[index])
        name = info['video_id']
        if not os.path.isfile(info['filename']):
            return name, None, f"{info['filename']} does not exist"
        try:
            return name, self.pipeline(info), ''
        except Exception as error:  # decoders raise whatever they like
            return name, None, (f"{info['filename']}: "
                                f'{type(error).__name__}: {error}')


class FeatureExtractor:
    """Runs the backbone of a recognizer over videos.

    Args:
        model: A ``MOVERecognizer`` in evaluation mode.
        out: Folder of the feature files.
        dtype: Of the files, ``'float16'`` or ``'float32'``.
        chunk: Frames that go through the backbone at a time.
    """

    def __init__(self,
                 model: nn.Module,
                 out: Path,
                 dtype: str = 'float16',
                 chunk: int = 64) -> None:
        self.model = model
        self.out = Path(out)
        self.dtype = np.dtype(dtype)
        segments = shifted_frames(model.backbone)
        self.chunk = max(chunk // segments, 1) * segments

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

        Yields:
            The name of each video and, where it failed, the reason.
        """
        loader = DataLoader(
            DecodedVideos(videos, pipeline),
            batch_size=None,
            num_workers=num_workers)
        for name, packed, reason in loader:
            if not reason:
                write_feature_file(self.path(name), self.features(packed))
            yield name, reason

    @torch.no_grad()
    def features(self, packed: Dict) -> np.ndarray:
        """Features ``(T, C)`` of one packed video."""
        frames = []
        for inputs in packed['inputs'].split(self.chunk):
            data = dict(inputs=[inputs], data_samples=[packed['data_samples']])
            data = self.model.data_preprocessor(data, training=False)
            frames.append(self.model.extract_frames(data['inputs'])[0])
        return torch.cat(frames).float().cpu().numpy().astype(self.dtype)


def write_feature_file(path: Path, features: np.ndarray) -> None:
    """Write a ``.npy`` file that is either whole or not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f'.{path.name}.{os.uname().nodename}.{os.getpid()}')
    try:
        with open(part, 'wb') as file:
            np.save(file, features, allow_pickle=False)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def weights_digest(state: Dict[str, Tensor]) -> str:
    """SHA-256 of the names and values of a state dict."""
    digest = hashlib.sha256()
    for name in sorted(state):
        digest.update(name.encode())
        digest.update(state[name].detach().cpu().contiguous().numpy().data)
    return digest.hexdigest()


def check_manifest(out: Path, manifest: dict) -> None:
    """Say what made the features of a folder, or refuse to mix two makers.

    Raises:
        ValueError: Where the folder holds the features of another backbone,
            other weights or another sampling.
    """
    path = Path(out) / 'manifest.json'
    if path.exists():
        known = json.loads(path.read_text())
        for key, value in json.loads(json.dumps(manifest)).items():
            if key != 'versions' and known.get(key) != value:
                raise ValueError(
                    f'{out} holds features made with another {key}: '
                    f'{known.get(key)!r}, not {value!r}')
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f'.{path.name}.{os.uname().nodename}.{os.getpid()}')
    part.write_text(json.dumps(manifest, indent=2) + '\n')
    os.replace(part, path)
