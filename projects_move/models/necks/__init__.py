from .base import FrameNeck, stack_frame_masks
from .frame_masks import FrameMasks
from .msa_neck import MSANeck
from .netvlad_neck import NetVLADNeck
from .parallel_neck import ParallelNeck
from .psa_neck import PSANeck
from .temporal_conv_encoder import TemporalConvEncoder

__all__ = [
    'FrameMasks', 'FrameNeck', 'MSANeck', 'NetVLADNeck', 'PSANeck',
    'ParallelNeck', 'TemporalConvEncoder', 'stack_frame_masks'
]
