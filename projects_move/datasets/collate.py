"""Collate functions for training on cached features."""
from typing import Any, Dict, List, Sequence

import torch
from mmengine.dataset import pseudo_collate
from mmengine.registry import FUNCTIONS
from torch import Tensor

from projects_move.structures import POOL, VideoBatch


@FUNCTIONS.register_module()
def batch_collate(batch: Sequence[Dict]) -> Dict[str, Any]:
    """MMEngine's ``pseudo_collate`` that keeps a batch stacked if it is.

    In a worker, what stands for the stacked inputs becomes a tensor in the
    process that receives it.
    """
    if not isinstance(batch, VideoBatch):
        return pseudo_collate(batch)
    return {
        key: POOL.to_send(column) if isinstance(column, Tensor) else column
        for key, column in batch.columns.items()
    }


@FUNCTIONS.register_module()
def first_video_masks_collate(batch: Sequence[Dict]) -> Dict[str, List[Any]]:
    """MMEngine's ``pseudo_collate`` that undoes the frame sampling of every
    video of a batch but the first.

    The authors' copy of their code for Imbalanced-MiniKinetics200 does so, as
    it takes the labels of a batch for those of its first video. NetVLAD and
    the attention keys then see all frames of the other videos, and the query
    of view i, which should be a mean, is frame i.

    For pipelines that end with ``DynamicFrameSampler``. One difference to
    that copy is left: how many frames the first video keeps depends on its
    own class here, and on the mean over the classes of the batch there.
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
