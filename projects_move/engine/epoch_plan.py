"""What decides which videos the batches of an epoch hold."""
import hashlib
from pathlib import PurePath
from typing import Dict, List

import numpy as np
from mmengine.dist import get_world_size
from torch.utils.data import DataLoader, Dataset, Sampler

from projects_move.datasets.lists.class_counts import base_datasets
from projects_move.datasets.lists.video_table import VideoTable
from projects_move.datasets.samplers.positioned_sampler import \
    PositionedSampler

# attributes of a sampler that a resume sets, or that follow from the others
FOLLOWING = {'rank', 'seed', 'epoch', 'world_size', 'num_samples',
             'total_size'}  # yapf: disable


def epoch_plan(loader: DataLoader) -> Dict[str, object]:
    """Plain values by names. Trainings with the same values and the same seed
    draw the same batches."""
    batches = loader.batch_sampler
    return {
        'number of ranks': get_world_size(),
        'batch size of a rank': getattr(batches, 'batch_size', None),
        'batches of an epoch': len(loader),
        'videos': len(loader.dataset),
        'checksum of the list': list_checksum(loader.dataset),
        'sampler': sampler_text(getattr(batches, 'sampler', batches)),
    }


def changed_parts(saved: dict, plan: Dict[str, object]) -> List[str]:
    """Values that are not the same in two plans, as text.

    Args:
        saved: Plan in a checkpoint, or a part of one.
        plan: Plan of this training.

    Example:
        >>> changed_parts({'videos': 3}, {'videos': 4, 'sampler': 'A()'})
        ['videos: 4 instead of 3']
    """
    return [
        f'{name}: {value} instead of {saved[name]!s:.80}'
        for name, value in plan.items()
        if name in saved and saved[name] != value
    ]


def list_checksum(dataset: Dataset) -> str:
    """Checksum of the names and labels of the videos, in their order.

    Folders do not matter. A data set without annotations has the checksum of
    an empty list.
    """
    digest = hashlib.sha256()
    for base in base_datasets(dataset):
        table = getattr(base, 'data_list', None)
        if isinstance(table, VideoTable):
            for column in (table.names, table.labels, table.ends):
                digest.update(np.ascontiguousarray(column).tobytes())
        elif hasattr(base, 'get_data_info'):
            for index in range(len(base)):
                digest.update(_annotation(base.get_data_info(index)).encode())
    return digest.hexdigest()[:16]


def _annotation(info: dict) -> str:
    name = info.get('video_id') or info.get('filename') or \
        info.get('frame_dir') or ''
    label = np.asarray(info.get('label')).tolist()
    return f'{PurePath(str(name)).name}\t{label}\n'


def sampler_text(sampler: Sampler) -> str:
    """Type and settings of a sampler.

    Example:
        >>> from mmengine.dataset import DefaultSampler
        >>> sampler_text(DefaultSampler([1, 2], shuffle=False))
        'DefaultSampler(round_up=True, shuffle=False)'
    """
    if isinstance(sampler, PositionedSampler):
        sampler = sampler.sampler
    settings = [
        f'{name}={value!r}' for name, value in sorted(vars(sampler).items())
        if type(value) in (bool, int, float, str) and name not in FOLLOWING
        and not name.startswith('_')
    ]
    return f'{type(sampler).__name__}({", ".join(settings)})'
