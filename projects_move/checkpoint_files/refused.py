"""Error of a checkpoint that asks for more than data."""


class RefusedError(ValueError):
    """A checkpoint holds something else than weights and plain values.

    Args:
        name: What it holds, such as the name of a function.
        place: Keys and indices that lead to it, joined by dots.

    Example:
        >>> str(RefusedError('posix.system'))
        'it holds more than weights (posix.system)'
        >>> str(RefusedError('a sparse tensor', 'meta.mask'))
        'it holds more than weights (a sparse tensor under meta.mask)'
    """

    def __init__(self, name: str, place: str = '') -> None:
        self.name = name
        under = f' under {place[:80]}' if place else ''
        super().__init__(f'it holds more than weights ({name[:80]}{under})')
