"""Collate functions for training on cached features."""
from typing import Any, Dict, List, Sequence

import torch
from mmengine.dataset import pseudo_collate
from mmengine.registry import FUNCTIONS
from torch import Tensor

from projects_move.structures import POOL, VideoBatch


@FUNCTIONS.register_module()
def batch_collate(batch: Sequence[Dict]) -> Dict[str, Any]:
    """MMEngine's ``pseudo_collate`` that leaves a stacked batch stacked.

    A worker sends stacked inputs as a ``SharedBatch``, which arrives in the
    main process as a tensor.
    """
    if not isinstance(batch, VideoBatch):
        return pseudo_collate(batch)
    return {
        key: POOL.to_send(column) if isinstance(column, Tensor) else column
        for key, column in batch.columns.items()
    }


@FUNCTIONS.register_module()
def first_video_masks_collate(batch: Sequence[Dict]) -> Dict[str, List[Any]]:
    """MMEngine's ``pseudo_collate`` that samples frames of the first video
    of a batch only.

    It reproduces a mistake in the code released for
    Imbalanced-MiniKinetics200, which uses the labels of the whole batch as
    those of its first video. For each other video, NetVLAD and the attention
    keys use all frames, and the query of view i is frame i instead of a mean.
    One difference remains: here the number of frames of the first video
    follows from its own class, there from the mean over the batch.

    The pipeline has to end with ``DynamicFrameSampler``.
    """
    rows = list(batch)
    for row in rows[1:]:
        sample = row['data_samples']
        for key in ('frame_mask', 'key_mask', 'query_mask'):
            mask = sample.get(key)
            if mask is None:
                continue
            mask = torch.ones_like(mask)
            if key == 'query_mask':
                frames = torch.arange(len(mask)).clamp(max=mask.shape[1] - 1)
                mask = torch.zeros_like(mask)
                mask[torch.arange(len(mask)), frames] = True
            sample.set_field(mask, key)
    return pseudo_collate(rows)
