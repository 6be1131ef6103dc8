"""Benchmarks whose lists are converted from the files of their authors."""
import hashlib
from pathlib import Path
from typing import (Any, Callable, Dict, List, NamedTuple, Optional, Sequence,
                    Tuple)

from projects_move.datasets.lists.annotations import (Annotations,
                                                      read_classes, read_list)
from projects_move.errors import InputError
from .benchmark import Benchmark, write_classes, write_list
from .published_list import PublishedList, require_disjoint, require_published

CLASSES = 'classes.txt'


class PublishedClasses(NamedTuple):
    """Classes that the authors publish.

    Attributes:
        number: Number of classes.
        names: SHA-256 of the names, a name a line; None if they could not be
            read when the script was written.
    """
    number: int
    names: Optional[str] = None


Official = Tuple[Dict[str, Annotations], List[str]]  # lists, class names


def converted_benchmark(name: str, read_official: Callable[[Any], Official],
                        published_classes: PublishedClasses,
                        published: Dict[str,
                                        Optional[PublishedList]]) -> Benchmark:
    """Benchmark whose lists are written only if they are the published ones.

    Args:
        name: Name of the benchmark.
        read_official: Function from the argument ``--labels`` to the list of
            each split, single-label, and the class names.
        published_classes: The classes.
        published: Figures of the list of each split; None if none are
            published.
    """

    def compare(split: str, videos: Annotations) -> str:
        figures = published[split]
        if figures is None:
            return 'not compared, its figures are not published'
        return require_published(f'{name}: {split}', videos,
                                 published_classes.number, figures)

    def copy_lists(source: Any, labels: Path) -> None:
        lists, classes = read_official(source)
        require_class_names(name, classes, published_classes)
        for split, videos in lists.items():
            compare(split, videos)
        require_disjoint(**lists)
        for split, videos in lists.items():
            write_list(labels / f'{split}.lst', videos)
        write_classes(labels / CLASSES, classes)

    def read_lists(labels: Path) -> Dict[str, Annotations]:
        classes = read_classes(labels / CLASSES)
        return {
            split:
            read_list(
                labels / f'{split}.lst',
                classes,
                multi_class=False,
                list_format='list')
            for split in published
        }

    return Benchmark(read_lists, copy_lists, compare,
                     dict.fromkeys(published, ''))


def require_class_names(name: str, classes: Sequence[str],
                        published: PublishedClasses) -> None:
    """Check number, names and order of the classes.

    Raises:
        InputError: If they are others.
    """
    if len(classes) != published.number:
        raise InputError(f'{name}: expected {published.number} classes, found '
                         f'{len(classes)}')
    if published.names not in (None, names_digest(classes)):
        raise InputError(f'{name}: the names of the classes or their order '
                         'differ from the published ones')


def names_digest(classes: Sequence[str]) -> str:
    """SHA-256 of class names, a name a line."""
    text = ''.join(f'{each}\n' for each in classes)
    return hashlib.sha256(text.encode()).hexdigest()
