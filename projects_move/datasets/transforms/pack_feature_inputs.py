"""Packing cached features for the model."""
from typing import Sequence, Union

import numpy as np
import torch
from mmaction.datasets.transforms import PackActionInputs
from mmaction.registry import TRANSFORMS
from mmaction.structures.action_data_sample import format_label
from torch import Tensor

from projects_move.structures import ABSENT, Labels, SampleBatch, VideoBatch
from .batch_transform import BatchTransform


@TRANSFORMS.register_module()
class PackFeatureInputs(BatchTransform, PackActionInputs):
    """MMAction2's ``PackActionInputs`` for features, with a batch form.

    ``inputs`` are the frames ``results['imgs']``, ``(T, C)``. ``data_samples``
    has the label, the algorithm keys and the meta keys; for a batch it is a
    :class:`~projects_move.structures.SampleBatch`.

    Args:
        meta_keys: Keys that become meta information of the data sample.
        algorithm_keys: Keys that become fields of the data sample.
    """

    def __init__(
        self,
        meta_keys: Sequence[str] = ('video_id', 'sample_idx'),
        algorithm_keys: Sequence[str] = ()
    ) -> None:
        super().__init__(meta_keys=meta_keys, algorithm_keys=algorithm_keys)

    def transform_batch(self, batch: VideoBatch) -> VideoBatch:
        columns = batch.columns
        fields = {
            key: columns[key]
            for key in self.algorithm_keys if key in columns
        }
        if 'label' in columns:
            label = columns['label']
            fields['gt_label'] = label if isinstance(label, Labels) else [
                value if value is ABSENT else format_label(value)
                for value in label
            ]
        metainfo = {
            key: columns[key]
            for key in self.meta_keys if key in columns
        }
        return VideoBatch(
            dict(
                inputs=_as_tensors(columns['imgs']),
                data_samples=SampleBatch(fields, metainfo, len(batch))))


def _as_tensors(imgs: Union[np.ndarray, list]) -> Union[Tensor, list]:
    """Arrays of one shape and type as one tensor, others as a list."""
    if isinstance(imgs, np.ndarray):
        return torch.from_numpy(imgs)
    tensors = [
        each if isinstance(each, Tensor) else torch.from_numpy(
            np.ascontiguousarray(each)) for each in imgs
    ]
    if len({(each.shape, each.dtype) for each in tensors}) != 1:
        return tensors
    return torch.stack(tensors) if len(tensors) > 1 else tensors[0][None]
