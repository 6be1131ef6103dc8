from .identity import IdentityBackbone

__all__ = ['IdentityBackbone']
