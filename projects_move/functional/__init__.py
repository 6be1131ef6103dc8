"""The method as pure functions of tensors, and of arrays in pipelines.

The functions import no framework but PyTorch, own no parameters and draw no
random numbers. Each refuses arguments of a wrong shape with a ``ValueError``.
"""
from .accuracy import best_label_rank
from .asymmetric_loss import asymmetric
from .attention import attend, attention_weights, prototypes
from .calibration import calibration_gaps, expected_calibration_error
from .class_groups import class_groups, class_thirds
from .classifiers import class_means, cosine_logits, tau_normalize
from .distribution_balanced_loss import (negative_tolerant,
                                         negative_tolerant_shift,
                                         rebalancing_weight)
from .extrapolation import dynamic_extrapolation
from .frame_sampling import subset_masks
from .frame_stacking import stack_frames
from .frequency import label_weight, min_frames, tau
from .fused_netvlad import gated_vlad
from .imbalance import gini, imbalance_ratio
from .interpolation import calibrated_interpolation
from .label_smoothing import smooth_labels, smoothing_factors
from .logit_adjustment import (inverse_counts, log_odds, log_prior,
                               softmax_cross_entropy)
from .losses import (binary_cross_entropy, class_balanced_weight, equalization,
                     focal, ldam, ldam_margins, ldam_shift, ldam_softmax)
from .mixed_reconstruction import reconstruct, reconstruction_share
from .netvlad import (aggregate_residuals, assignment_statistics,
                      normalize_clusters)
from .ranking import (average_precision, average_precision_from_ranks,
                      count_higher_by_class)
from .remix import remix_ratio
from .sampling import sampled_frequency, sampling_probability

__all__ = [
    'aggregate_residuals', 'assignment_statistics', 'asymmetric', 'attend',
    'attention_weights', 'average_precision', 'average_precision_from_ranks',
    'best_label_rank', 'binary_cross_entropy', 'calibrated_interpolation',
    'calibration_gaps', 'class_balanced_weight', 'class_groups', 'class_means',
    'class_thirds', 'cosine_logits', 'count_higher_by_class',
    'dynamic_extrapolation', 'equalization', 'expected_calibration_error',
    'focal', 'gated_vlad', 'gini', 'imbalance_ratio', 'inverse_counts',
    'label_weight', 'ldam', 'ldam_margins', 'ldam_shift', 'ldam_softmax',
    'log_odds', 'log_prior', 'min_frames', 'negative_tolerant',
    'negative_tolerant_shift', 'normalize_clusters', 'prototypes',
    'rebalancing_weight', 'reconstruct', 'reconstruction_share', 'remix_ratio',
    'sampled_frequency', 'sampling_probability', 'smooth_labels',
    'smoothing_factors', 'softmax_cross_entropy', 'stack_frames',
    'subset_masks', 'tau', 'tau_normalize'
]
