"""Engines of an extraction.

An engine divides the names of videos between workers. A worker decodes,
embeds and writes its own videos, so an engine sends no frames, and it need
not promise that a video is handled only once.
"""
from .engine import Engine, Summary
from .ranks import RankEngine

__all__ = ['Engine', 'RankEngine', 'Summary']
