"""MOVE: long-tailed video recognition for MMAction2.

Importing this package registers its components.
"""
from . import compat

compat.apply()

from . import datasets, engine, evaluation, models  # noqa: E402, F401

__version__ = '0.1.0'
