"""The method as pure functions of tensors; in pipelines, of arrays.

Nothing here knows the framework, owns a parameter or draws a random number.
"""
from .accuracy import label_rank
from .attention import attend, attention_weights, prototypes
from .average_precision import average_precision, average_precision_of_ranks
from .class_groups import class_groups, class_thirds
from .extrapolation import dynamic_extrapolation
from .frame_sampling import subset_masks
from .frame_stacking import stack_frames
from .frequency import label_weight, min_frames, tau
from .gated_vlad import gated_vlad
from .interpolation import calibrated_interpolation
from .losses import (binary_cross_entropy, class_balanced_weight, equalization,
                     focal, ldam, ldam_margins, ldam_shift, ldam_softmax)
from .netvlad import (aggregate_residuals, assignment_statistics,
                      normalize_clusters)

__all__ = [
    'aggregate_residuals', 'assignment_statistics', 'attend',
    'attention_weights', 'average_precision', 'average_precision_of_ranks',
    'binary_cross_entropy', 'calibrated_interpolation',
    'class_balanced_weight', 'class_groups', 'class_thirds',
    'dynamic_extrapolation', 'equalization', 'focal', 'gated_vlad',
    'label_rank', 'label_weight', 'ldam', 'ldam_margins', 'ldam_shift',
    'ldam_softmax', 'min_frames', 'normalize_clusters', 'prototypes',
    'stack_frames', 'subset_masks', 'tau'
]
