"""Pickling of objects, as for a worker process."""
import pickle


def pickle_roundtrip(thing):
    """Copy of an object as a spawned worker gets it.

    It loads only what it has dumped itself. A pickle from a file could run
    code.
    """
    return pickle.loads(pickle.dumps(thing))
