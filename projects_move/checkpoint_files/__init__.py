"""Reading of checkpoints as data.

``torch.load`` builds what a file asks for, and its list of allowed types opens
memory to a crafted file. Here the instructions of the file are first read as a
tree of plain values and named calls (:mod:`.pickle_tree`), of which nothing is
called. Then the few kinds of values in the checkpoints of MMEngine are built
from the tree, each after a check of all its numbers (:mod:`.values`).
"""
from .literal_config import read_literal_config
from .loading import (check_meta, check_weights, kind_of, load_dict, load_file,
                      load_url)

__all__ = [
    'check_meta', 'check_weights', 'kind_of', 'load_dict', 'load_file',
    'load_url', 'read_literal_config'
]
