"""Things on their way to another process."""
import pickle


def travelled(thing):
    """What a worker that is spawned gets of a thing. Nothing is loaded here
    but what has been written here: never a file, which could run code."""
    return pickle.loads(pickle.dumps(thing))
