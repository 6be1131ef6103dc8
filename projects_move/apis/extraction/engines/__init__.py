"""Engines of an extraction.

An engine divides the names of videos between workers. A worker decodes,
embeds and writes its own videos, so an engine sends no frames, and it need
not promise that a video is handled only once.
"""
from .build import build_engine
from .engine import Engine, Summary
from .leases import LeaseEngine
from .ranks import RankEngine
from .ray_data import RayEngine

__all__ = [
    'Engine', 'LeaseEngine', 'RankEngine', 'RayEngine', 'Summary',
    'build_engine'
]
