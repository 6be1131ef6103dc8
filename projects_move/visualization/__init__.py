from .attention_strip import plot_attention_strip
from .class_curve import plot_class_curve

__all__ = ['plot_attention_strip', 'plot_class_curve']
