"""Short and different names of the methods of a report."""
from pathlib import Path
from typing import List, Sequence, Tuple

from projects_move.errors import InputError


def method_names(keys: Sequence[Tuple[str, Path]]) -> List[str]:
    """Names of methods.

    A name that a user gave stays. Names of folders lose the fields that all
    of them share, see :func:`shortened`; those of two folders with one name
    get the folder above.

    Args:
        keys: Name and folder; an empty folder for a name that a user gave.

    Raises:
        InputError: If two methods still have the same name.
    """
    given = [folder == Path() for _, folder in keys]
    names = [name for name, _ in keys]
    full = [
        f'{folder.parent.name}/{name}'
        if names.count(name) > 1 and not is_given else name
        for (name, folder), is_given in zip(keys, given)
    ]
    short = iter(
        shortened(
            [name for name, is_given in zip(full, given) if not is_given]))
    found = [
        name if is_given else next(short)
        for name, is_given in zip(full, given)
    ]
    for name in found:
        if found.count(name) > 1:
            raise InputError(f'two methods have the name {name!r}: give '
                             'NAME=DIR')
    return found


def shortened(names: Sequence[str]) -> List[str]:
    """Names of runs without the fields that all of them share.

    A name is ``FIELD_FIELD_...+METHOD+...``, as of a config and methods that
    were applied to it.

    Example:
        >>> shortened(['move_tsm_adam_videolt', 'base_tsm_sgd_videolt+ldam'])
        ['move_adam', 'base_sgd+ldam']
        >>> shortened(['move_tsm', 'move_tsm+ldam'])
        ['move', 'move+ldam']
        >>> shortened(['move_tsm'])
        ['move_tsm']
    """
    parts = [name.partition('+') for name in names]
    fields = [stem.split('_') for stem, _, _ in parts]
    if len(names) < 2 or len({len(each) for each in fields}) > 1:
        return list(names)
    kept = [i for i, each in enumerate(zip(*fields)) if len(set(each)) > 1]
    return [
        '_'.join(each[i] for i in kept or [0]) + sign + methods
        for each, (_, sign, methods) in zip(fields, parts)
    ]
