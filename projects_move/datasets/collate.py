"""How batches are put together, where that is part of a method."""
from typing import Any, Dict, List, Sequence

import torch
from mmengine.dataset import pseudo_collate
from mmengine.registry import FUNCTIONS

from projects_move.structures import ReadBatch


@FUNCTIONS.register_module()
def batch_collate(batch: Sequence[Dict]) -> Dict[str, Any]:
    """MMEngine's ``pseudo_collate``, but a batch that was read at once stays
    in one piece; in a worker it is then fit for its way, not for use."""
    if isinstance(batch, ReadBatch):
        return batch.whole()
    return pseudo_collate(batch)


@FUNCTIONS.register_module()
def sample_first_row_collate(batch: Sequence[Dict]) -> Dict[str, List[Any]]:
    """MMEngine's ``pseudo_collate`` that undoes the frame sampling of every
    video of a batch but the first.

    So does the authors' copy of their code for Imbalanced-MiniKinetics200,
    which takes the labels of a batch for those of its first video. NetVLAD
    and the attention keys then see all frames of the other videos, and the
    query of view i, which should be a mean, is frame i.

    Behind ``DynamicFrameSampler``. One difference is left: how many frames
    the first video keeps depends on its own class, and in that copy on the
    mean over the classes of the batch.
    """
    for row in batch[1:]:
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
    return pseudo_collate(batch)
