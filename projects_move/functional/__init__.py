"""The method as pure functions of tensors, and of arrays in pipelines.

The functions import no framework but PyTorch, own no parameters and draw no
random numbers. Each refuses arguments of a wrong shape with a ``ValueError``.
"""
from .accuracy import best_label_rank
from .attention import attend, attention_weights, prototypes
from .class_groups import class_groups, class_thirds
from .extrapolation import dynamic_extrapolation
from .frame_sampling import subset_masks
from .frame_stacking import stack_frames
from .frequency import label_weight, min_frames, tau
from .fused_netvlad import gated_vlad
from .interpolation import calibrated_interpolation
from .losses import (binary_cross_entropy, class_balanced_weight, equalization,
                     focal, ldam, ldam_margins, ldam_shift, ldam_softmax)
from .netvlad import (aggregate_residuals, assignment_statistics,
                      normalize_clusters)
from .ranking import (average_precision, average_precision_from_ranks,
                      count_higher_by_class)

__all__ = [
    'aggregate_residuals', 'assignment_statistics', 'attend',
    'attention_weights', 'average_precision', 'average_precision_from_ranks',
    'best_label_rank', 'binary_cross_entropy', 'calibrated_interpolation',
    'class_balanced_weight', 'class_groups', 'class_thirds',
    'count_higher_by_class', 'dynamic_extrapolation', 'equalization', 'focal',
    'gated_vlad', 'label_weight', 'ldam', 'ldam_margins', 'ldam_shift',
    'ldam_softmax', 'min_frames', 'normalize_clusters', 'prototypes',
    'stack_frames', 'subset_masks', 'tau'
]
