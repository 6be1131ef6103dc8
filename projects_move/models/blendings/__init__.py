from .framestack_blending import FramestackBlending

__all__ = ['FramestackBlending']
