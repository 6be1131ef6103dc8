from .identity import IdentityBackbone
from .random_filters import RandomFilterNet

__all__ = ['IdentityBackbone', 'RandomFilterNet']
