"""Class-balanced sampling as released: one label of a video counts."""
from typing import Dict

import torch
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform


@TRANSFORMS.register_module()
class KeepSampledLabel(BaseTransform):
    """Ignore all labels of a video except the class for which
    ``ClassBalancedSampler`` drew it, as in the released code.

    It is the last transform of a training pipeline whose ``meta_keys``
    contain ``sample_idx``. Without it, all labels are used.

    Field added to the data sample: ``ignored_labels``, bool ``(S,)``.
    """

    def transform(self, results: Dict) -> Dict:
        sample = results['data_samples']
        drawn = getattr(sample.get('sample_idx'), 'drawn_class', None)
        if drawn is None:
            raise ValueError(
                f"video {sample.get('video_id', 'unknown')} was not drawn for "
                "a class: KeepSampledLabel needs ClassBalancedSampler, "
                "'sample_idx' among the meta_keys of the packing, and a "
                'pipeline that rejects no video, because the video that '
                'replaces it is drawn for no class')
        label = sample.gt_label
        if label.is_floating_point():
            ignored = label > 0
        else:
            ignored = torch.zeros(0, dtype=torch.bool)  # the only label
        if len(ignored):
            ignored[drawn] = False
        sample.set_field(ignored, 'ignored_labels')
        return results
