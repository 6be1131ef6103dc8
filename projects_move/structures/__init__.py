from .batch_memory import BatchMemory
from .batch_samples import BatchSamples, make_sample
from .read_batch import ReadBatch
from .resident_frames import ResidentFrames

__all__ = [
    'BatchMemory', 'BatchSamples', 'ReadBatch', 'ResidentFrames', 'make_sample'
]
