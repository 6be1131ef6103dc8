from .collate import batch_collate, first_video_masks_collate
from .long_tail_dataset import LongTailDataset
from .minikinetics import ImbalancedMiniKinetics
from .samplers import *  # noqa: F401, F403
from .transforms import *  # noqa: F401, F403
from .videolt import VideoLTDataset

__all__ = [
    'ImbalancedMiniKinetics', 'LongTailDataset', 'VideoLTDataset',
    'batch_collate', 'first_video_masks_collate'
]
