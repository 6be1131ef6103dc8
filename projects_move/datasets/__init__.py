from .collate import sample_first_row_collate
from .long_tail_dataset import LongTailDataset
from .minikinetics import ImbalancedMiniKinetics
from .samplers import *  # noqa: F401, F403
from .transforms import *  # noqa: F401, F403
from .videolt import VideoLTDataset

__all__ = [
    'ImbalancedMiniKinetics', 'LongTailDataset', 'VideoLTDataset',
    'sample_first_row_collate'
]
