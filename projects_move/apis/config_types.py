"""What a config's ``type`` is called, however it says it."""


def type_name(kind) -> str:
    """Registered name of a name, an import path or a class.

    Example:
        >>> type_name('LoadFeatures'), type_name('a.b.LoadFeatures')
        ('LoadFeatures', 'LoadFeatures')
        >>> type_name(dict)
        'dict'
    """
    return getattr(kind, '__name__', str(kind)).rsplit('.', 1)[-1]
