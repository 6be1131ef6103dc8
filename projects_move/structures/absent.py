"""Entry of a column for a video that lacks the key."""


class _Absent:
    """Type of ``ABSENT``, which stays the same object in every process."""

    def __repr__(self) -> str:
        return 'ABSENT'

    def __reduce__(self) -> str:
        return 'ABSENT'


ABSENT = _Absent()
