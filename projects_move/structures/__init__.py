from .absent import ABSENT
from .buffer_pool import POOL, BufferPool
from .labels import Labels
from .sample_batch import SampleBatch, field_of, set_field_of
from .video_batch import VideoBatch

__all__ = [
    'ABSENT', 'POOL', 'BufferPool', 'Labels', 'SampleBatch', 'VideoBatch',
    'field_of', 'set_field_of'
]
