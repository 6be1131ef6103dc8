"""The paper's equations or the released code's behaviour: one word."""

FORMULATIONS = ('official', 'paper')


def check_formulation(formulation: str) -> str:
    """Return the word, or say which words there are.

    Example:
        >>> check_formulation('paper')
        'paper'
    """
    if formulation not in FORMULATIONS:
        raise ValueError(f'formulation must be one of {FORMULATIONS}, got '
                         f'{formulation!r}')
    return formulation
