"""Folders of split files: those of UCF101 and of HMDB51."""
import re
from pathlib import Path, PurePosixPath
from typing import Dict, List, Optional

from projects_move.errors import InputError
from ..class_files import ClassFile, read_class_file
from ..text.decimals import parse_whole
from ..text.fields import BLANKS, split_last
from ..text.files import AnnotationError, read_lines
from .listing import Listing, counted

UCF101 = re.compile(r'(train|test)list([0-9]+)\.txt')
HMDB51 = re.compile(r'(.+)_test_split([0-9]+)\.txt')
HMDB51_SPLITS = {'1': 'train', '2': 'test'}


def split_files_format(path: Path) -> Optional[str]:
    """Format of a folder of split files or of one such file, or None."""
    names = [path.name
             ] if path.is_file() else [entry.name for entry in path.iterdir()]
    if any(HMDB51.fullmatch(name) for name in names):
        return 'hmdb51'
    if path.is_dir() and any(UCF101.fullmatch(name) for name in names):
        return 'ucf101'
    return None


def read_split_files(path: Path, format: str, option: str) -> Listing:
    """List of the split files of a folder.

    Args:
        path: The folder; for HMDB51 also the file of one class.
        format: ``'ucf101'`` or ``'hmdb51'``.
        option: Number of the split, necessary if there are several.

    Raises:
        InputError: If the number of the split is not clear.
        AnnotationError: For a faulty line.
    """
    pattern = UCF101 if format == 'ucf101' else HMDB51
    files = [path] if path.is_file() else sorted(path.iterdir())
    by_number: Dict[str, List[Path]] = {}
    for file in files:
        match = pattern.fullmatch(file.name)
        if match:
            by_number.setdefault(match[2].lstrip('0'), []).append(file)
    number = option.lstrip('0') or (next(iter(by_number))
                                    if len(by_number) == 1 else '')
    if number not in by_number:
        raise InputError(
            f'{path}: expected one of the splits '
            f'{", ".join(sorted(by_number)) or "(none)"}, got '
            f'{option or "no choice"}; choose with --list-format {format}:1')
    listing = Listing(path, format)
    listing.notes.append(f'split {number}')
    read = _read_ucf101 if format == 'ucf101' else _read_hmdb51
    for file in by_number[number]:
        lines = read_lines(file)
        blank = sum(not line.strip(BLANKS) for line in lines)
        listing.total += len(lines) - blank
        read(listing, file, lines)
    return listing


def _read_ucf101(listing: Listing, file: Path, lines: List[str]) -> None:
    """Add the lines ``Class/name.avi index`` of a training list, or those
    without index of a test list."""
    split = UCF101.fullmatch(file.name)[1]
    index = file.with_name('classInd.txt')
    known = read_class_file(index) if index.is_file() else None
    problems = []
    for number, line in enumerate(lines, 1):
        name = line.strip(BLANKS)
        label = ''
        if parse_whole(split_last(line)[1]) is not None:
            name, label = split_last(line)
        if not line.strip(BLANKS):
            continue
        folder = PurePosixPath(name).parent.name
        if not folder or known and not _fits(known, folder, label):
            problems.append(f'line {number}: expected "class/name index" as '
                            f'in {index.name}, got {line!r}')
        listing.add(number, name, (folder, ), split)
    if problems:
        raise AnnotationError(file, problems)


def _fits(known: ClassFile, folder: str, label: str) -> bool:
    """Whether a folder is a class, and its index is the label if there is
    one."""
    if folder not in known.names:
        return False
    number = known.first_index + known.names.index(folder)
    return label in ('', str(number))


def _read_hmdb51(listing: Listing, file: Path, lines: List[str]) -> None:
    """Add the lines ``name.avi SPLIT`` of a class, without unused videos."""
    label = HMDB51.fullmatch(file.name)[1]
    problems, unused = [], 0
    for number, line in enumerate(lines, 1):
        name, split = split_last(line)
        if not split:
            continue
        if not name or split not in ('0', *HMDB51_SPLITS):
            problems.append(f'line {number}: expected "name 0", "name 1" or '
                            f'"name 2", got {line!r}')
        elif split == '0':
            unused += 1
        else:
            listing.add(number, f'{label}/{name}', (label, ),
                        HMDB51_SPLITS[split])
    if problems:
        raise AnnotationError(file, problems)
    if unused:
        listing.notes.append(
            f'{counted(unused, "video")} of {label} in no split')
