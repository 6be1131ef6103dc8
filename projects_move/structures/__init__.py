from .batch_memory import BatchMemory
from .batch_samples import BatchSamples, make_sample
from .read_batch import ReadBatch

__all__ = ['BatchMemory', 'BatchSamples', 'ReadBatch', 'make_sample']
