from .attention_strip import draw_frames, plot_adjacency, plot_attention_strip
from .class_curve import plot_class_curve
from .class_difference import (plot_class_difference, plot_winners_and_losers,
                               winners_and_losers)
from .class_frequency import plot_class_frequency
from .confidence_curve import (ClassConfidence, plot_confidence,
                               plot_confidence_difference)
from .confusion import (confusion_matrix, group_confusion, most_confused_pairs,
                        plot_confused_pairs, plot_group_confusion)
from .embedding import plot_embedding, principal_components
from .frequency_curve import plot_frequency_curve, smooth_over_frequency
from .group_bars import plot_group_bars
from .precision_recall import plot_precision_recall, precision_recall
from .prior_shift import (ShiftedAccuracy, plot_head_and_tail,
                          plot_shifted_accuracy, shifted_accuracy)
from .reliability import Reliability, plot_reliability, reliability
from .style import picture, rgb_image, styled_figure
from .training_curves import plot_training_curves

__all__ = [
    'ClassConfidence', 'Reliability', 'ShiftedAccuracy', 'confusion_matrix',
    'draw_frames', 'group_confusion', 'most_confused_pairs', 'picture',
    'plot_adjacency', 'plot_attention_strip', 'plot_class_curve',
    'plot_class_difference', 'plot_class_frequency', 'plot_confidence',
    'plot_confidence_difference', 'plot_confused_pairs', 'plot_embedding',
    'plot_frequency_curve', 'plot_group_bars', 'plot_group_confusion',
    'plot_head_and_tail', 'plot_precision_recall', 'plot_reliability',
    'plot_shifted_accuracy', 'plot_training_curves', 'plot_winners_and_losers',
    'precision_recall', 'principal_components', 'reliability', 'rgb_image',
    'shifted_accuracy', 'smooth_over_frequency', 'styled_figure',
    'winners_and_losers'
]
