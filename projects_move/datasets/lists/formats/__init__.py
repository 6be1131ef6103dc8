"""Formats of lists of videos. :mod:`.recognize` is the one way in."""
