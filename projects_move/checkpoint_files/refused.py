"""Error of a checkpoint that asks for more than data."""


class RefusedError(ValueError):
    """A checkpoint holds something else than weights and plain values.

    Example:
        >>> str(RefusedError('posix.system'))
        'it holds more than weights (posix.system)'
    """

    def __init__(self, name: str) -> None:
        super().__init__(f'it holds more than weights ({name[:80]})')
