"""MOVE: long-tailed video recognition for MMAction2.

Importing this package registers its components.
"""
from . import compat

compat.apply()

from . import datasets, engine, evaluation, functional, models
from .apis.configs import find_config
from .apis.prediction.inferencer import LongTailInferencer
from .datasets import LongTailDataset, VideoLTDataset
from .datasets.transforms import DynamicFrameSampler
from .engine.hooks import ClassCountsHook
from .evaluation import LongTailMetric
from .models import (MOVEHead, MOVERecognizer, NetVLADNeck, ParallelNeck,
                     PSANeck)

__version__ = '0.2.0'
__all__ = [
    'ClassCountsHook', 'DynamicFrameSampler', 'LongTailDataset',
    'LongTailInferencer', 'LongTailMetric', 'MOVEHead', 'MOVERecognizer',
    'NetVLADNeck', 'PSANeck', 'ParallelNeck', 'VideoLTDataset', 'find_config',
    'functional'
]
