"""Labels of a list: indices or names of classes."""
from typing import Dict, Iterable, List, Optional, Sequence, Tuple

from .text.decimals import parse_whole

MAX_CLASSES = 10_000_000  # a larger index is no class, and takes the memory


def order_classes(names: Iterable[str]) -> List[str]:
    """Class names in an order without ambiguous labels.

    Names are sorted, except that a name which is also an index of these
    classes gets that index.

    Example:
        >>> order_classes(['1', '2', '10'])
        ['10', '1', '2']
    """
    names = sorted(set(names))
    fixed = {_index_below(name, len(names)): name for name in names}
    fixed.pop(None, None)
    taken = set(fixed.values())
    others = iter([name for name in names if name not in taken])
    return [
        fixed[i] if i in fixed else next(others) for i in range(len(names))
    ]


def label_names(rows: Iterable[Sequence[str]]) -> Optional[List[str]]:
    """Class names of label texts, None if a label is an index.

    Example:
        >>> label_names([('run', 'hop'), ('run', )]), label_names([('1', )])
        (['hop', 'run'], None)
    """
    texts = {text for row in set(map(tuple, rows)) for text in row}
    if any(parse_whole(text) is not None for text in texts):
        return None
    return order_classes(texts)


class LabelParser:
    """Class indices of label texts, which are indices or names.

    Args:
        classes: Class names; None if labels are indices.
        num_classes: Number of classes, S; by default that of ``classes``.
        first_index: Index of the first class in the list, 0 or 1.
    """

    def __init__(self,
                 classes: Optional[Sequence[str]] = None,
                 num_classes: Optional[int] = None,
                 first_index: int = 0) -> None:
        self.classes = list(classes or ())
        self.index: Dict[str, int] = {
            name: i
            for i, name in enumerate(self.classes)
        }
        if num_classes is None and classes is not None:
            num_classes = len(self.classes)
        self.num_classes = num_classes
        self.first_index = first_index

    def parse(self, text: str) -> Tuple[int, str]:
        """Class index of a label from 0, and its fault, empty if none."""
        number = parse_whole(text)
        other = None if number is None else number - self.first_index
        if text in self.index:
            label = self.index[text]
            if other is None or other == label or not 0 <= other < len(
                    self.index):
                return label, ''
            return -1, (f'label {text!r} is the name of class {label} and the '
                        f'index of class {self.classes[other]!r}: move the '
                        f'name to index {other} of the classes, or rename the '
                        'class')
        if other is None:
            expected = 'a class name or index' if self.index else (
                'a class index')
            return -1, f'expected {expected}, got the label {text!r}'
        size = MAX_CLASSES if self.num_classes is None else self.num_classes
        if not 0 <= other < size:
            last = '' if self.num_classes is None and other < 0 else (
                f' to {size - 1 + self.first_index}')
            return -1, (f'label {text} is out of range, expected '
                        f'{self.first_index}{last}')
        return other, ''

    def parse_all(self, texts: Sequence[str]) -> Tuple[List[int], str]:
        """Class indices of the labels of a row without repetition, and the
        first fault."""
        labels = []
        for text in texts:
            label, fault = self.parse(text)
            if fault:
                return [], fault
            if label not in labels:
                labels.append(label)
        return labels, '' if labels else 'no label'


def _index_below(text: str, size: int) -> Optional[int]:
    number = parse_whole(text)
    return number if number is not None and number < size else None
