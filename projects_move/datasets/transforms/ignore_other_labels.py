"""The released class-balanced sampling keeps one label of a video."""
from typing import Dict

import torch
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform


@TRANSFORMS.register_module()
class IgnoreOtherLabels(BaseTransform):
    """Has the loss ignore all labels of a video but the one it was drawn for.

    The last entry of a training pipeline whose ``PackActionInputs`` has
    ``sample_idx`` among its ``meta_keys``, with a ``ClassBalancedSampler``.
    So the released code samples: of a video's other labels nothing is
    learned. Leave it out to train on all labels.

    Added to the data sample: ``ignored_labels``, bool ``(S,)``.
    """

    def transform(self, results: Dict) -> Dict:
        sample = results['data_samples']
        drawn = getattr(sample.get('sample_idx'), 'drawn_class', None)
        if drawn is None:
            raise ValueError(
                f"video {sample.get('video_id', 'unknown')} was drawn for no "
                "class: IgnoreOtherLabels needs the ClassBalancedSampler, and "
                "'sample_idx' among the meta_keys of PackActionInputs")
        label = sample.gt_label
        if label.is_floating_point():
            ignored = label > 0
        else:
            ignored = torch.zeros(0, dtype=torch.bool)  # the only label
        if len(ignored):
            ignored[drawn] = False
        sample.set_field(ignored, 'ignored_labels')
        return results
