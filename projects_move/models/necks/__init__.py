from .base import FrameNeck, stack_frame_masks
from .frame_masks import FrameMasks
from .msa_neck import MSANeck
from .netvlad_neck import NetVLADNeck
from .parallel_neck import ParallelNeck
from .psa_neck import PSANeck

__all__ = [
    'FrameMasks', 'FrameNeck', 'MSANeck', 'NetVLADNeck', 'PSANeck',
    'ParallelNeck', 'stack_frame_masks'
]
