"""Manifest of extracted features."""
import hashlib
from typing import Dict, Optional

import mmengine
import torch
from torch import Tensor

import projects_move
from projects_move.datasets.features.manifest import (holds_features,
                                                      read_manifest)
from projects_move.models.backbones import declared_preprocessing
from .embedder import Embedder
from .job import ExtractionJob


def job_manifest(job: ExtractionJob, embedder: Embedder) -> dict:
    """Content of ``manifest.json``: all that distinguishes features."""
    backbone = embedder.model.backbone
    return dict(
        backbone=job.recognizer['backbone'],
        weights_sha256=weights_digest(backbone.state_dict()),
        data_preprocessor=job.recognizer.get('data_preprocessor'),
        preprocessing=declared_preprocessing(backbone) or job.preprocessing,
        pipeline=[str(step) for step in job.pipeline] + ['flip'] * job.flip,
        precision=embedder.precision,
        dtype=job.dtype,
        videos=job.videos,
        versions=dict(
            projects_move=projects_move.__version__,
            mmengine=mmengine.__version__,
            torch=torch.__version__))


def known_folder(job: ExtractionJob) -> Optional[str]:
    """Folder of the videos whose features the output has, None if it is
    unknown."""
    if not holds_features(job.out):
        return None
    return (read_manifest(job.out) or {}).get('videos')


def weights_digest(state: Dict[str, Tensor]) -> str:
    """SHA-256 of the names and values of a state dict."""
    digest = hashlib.sha256()
    for name in sorted(state):
        digest.update(name.encode())
        digest.update(state[name].detach().cpu().contiguous().numpy().data)
    return digest.hexdigest()
