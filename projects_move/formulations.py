"""Formulations of the method: the paper, or the authors' released code."""

FORMULATIONS = ('official', 'paper')


def check_formulation(formulation: str) -> str:
    """Return the name of a formulation, or raise an error for another name.

    Example:
        >>> check_formulation('paper')
        'paper'
    """
    if formulation not in FORMULATIONS:
        raise ValueError(f'formulation must be one of {FORMULATIONS}, got '
                         f'{formulation!r}')
    return formulation
