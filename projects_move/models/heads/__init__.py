from .long_tail_head import LongTailHead
from .move_head import MOVEHead
from .targets import stack_targets

__all__ = ['LongTailHead', 'MOVEHead', 'stack_targets']
