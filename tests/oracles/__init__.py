"""Textbook forms of the method, written from the equations.

They are slow on purpose: every frame is projected, and Python loops run over
videos, views, heads, frames, clusters and classes. They share no code with the
package.
"""
from .attention import attention_row, psa_official, psa_paper
from .method import cross_entropy, min_frames, move_augment, tau
from .metrics import (average_precision, calibration_error, is_correct,
                      long_tail_metrics)
from .netvlad import NetVLADOfficial, netvlad_paper

__all__ = [
    'NetVLADOfficial', 'attention_row', 'average_precision',
    'calibration_error', 'cross_entropy', 'is_correct', 'long_tail_metrics',
    'min_frames', 'move_augment', 'netvlad_paper', 'psa_official', 'psa_paper',
    'tau'
]
