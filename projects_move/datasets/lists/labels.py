"""Labels of a list: indices or names of classes."""
from typing import Dict, Iterable, List, Optional, Tuple


def order_classes(names: Iterable[str]) -> List[str]:
    """Class names in an order without ambiguous labels.

    Names are sorted, except that a name which is also an index of these
    classes gets that index.

    Example:
        >>> order_classes(['1', '2', '10'])
        ['10', '1', '2']
    """
    names = sorted(set(names))
    fixed = {_as_index(name, len(names)): name for name in names}
    fixed.pop(None, None)
    others = iter([name for name in names if name not in fixed.values()])
    return [
        fixed[i] if i in fixed else next(others) for i in range(len(names))
    ]


def parse_label(text: str, index: Dict[str, int],
                num_classes: Optional[int]) -> Tuple[int, str]:
    """Class index of a label, and its fault, empty if there is none.

    Args:
        text: Index or name of a class.
        index: Index of each class name; empty without names.
        num_classes: Number of classes, S; None if unknown.
    """
    if text in index:
        label, other = index[text], _as_index(text, len(index))
        if other in (None, label):
            return label, ''
        return -1, (f'label {text!r} is the name of class {label} and the '
                    f'index of class {list(index)[other]!r}: move the name to '
                    f'index {other} of the classes, or rename the class')
    try:
        label = int(text)
    except ValueError:
        expected = 'a class name or index' if index else 'a class index'
        return -1, f'expected {expected}, got the label {text!r}'
    if label < 0 or num_classes is not None and label >= num_classes:
        last = '' if num_classes is None else f' to {num_classes - 1}'
        return -1, f'label {label} is out of range, expected 0{last}'
    return label, ''


def _as_index(text: str, num_classes: int) -> Optional[int]:
    """Class index that a text denotes in decimal notation without leading
    zeros, or None."""
    decimal = text.isascii() and text.isdigit() and str(int(text)) == text
    return int(text) if decimal and int(text) < num_classes else None
