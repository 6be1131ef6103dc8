"""Errors of inputs, which no code that is correct can prevent."""


class InputError(ValueError):
    """Fault of an input: a list, a video, a feature file, a checkpoint, ...

    The message names the file and, where there is one, the line, video or
    class. Everything that reads an input raises this error and no other.
    """


class MissingInputError(InputError, FileNotFoundError):
    """Input that does not exist.

    Example:
        >>> issubclass(MissingInputError, (OSError, ValueError))
        True
        >>> str(MissingInputError('no feature file a.npy'))
        'no feature file a.npy'
    """
