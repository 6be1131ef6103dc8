"""The files of folders and archives, one after the other.

Archives are read as a stream: nothing is unpacked to look into it, and no
path in an archive decides where anything is written.
"""
import io
import lzma
import os
import re
import shutil
import tarfile
import zipfile
import zlib
from itertools import groupby
from pathlib import Path
from typing import BinaryIO, Callable, Iterator, List, NamedTuple, Optional

DAMAGE = (tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError,
          EOFError)
VOLUME = re.compile(r'(.+)\.part[-_.]?\w*')


class SourceFile(NamedTuple):
    """A file of a source.

    Attributes:
        name: Without folders.
        path: On the disk; None in an archive.
        open: To read it, before the next file is asked for.
    """
    name: str
    path: Optional[Path]
    open: Callable[[], BinaryIO]

    def copy_to(self, target: Path) -> None:
        """Write the file anew, before the next one is asked for.

        Raises:
            ValueError: Where the archive is damaged or ends within the file.
        """
        try:
            with self.open() as source, open(target, 'wb') as out:
                shutil.copyfileobj(source, out, 2**20)
        except DAMAGE as error:
            raise ValueError(f'the archive is damaged or ends early, at '
                             f'{self.name}: {error}') from error


def source_files(sources: List[Path]) -> Iterator[SourceFile]:
    """Files of folders, of ``.zip`` and of ``.tar`` with any compression.

    Args:
        sources: Parts of one archive, ``NAME.part*``, are joined in the order
            of their names, numbers by their value.

    Raises:
        FileNotFoundError: For a source that is not there.
        ValueError: For a file that is no archive, and for one that is
            damaged or ends early, once what came before has been given.
    """
    for path in sources:
        if not path.exists():
            raise FileNotFoundError(f'no folder or archive {path}')
    for name, group in groupby(sorted(sources, key=_natural), _archive):
        volumes = list(group)
        if volumes[0].is_dir():
            for path in volumes:
                yield from _folder(path)
            continue
        try:
            if zipfile.is_zipfile(volumes[0]):
                for path in volumes:
                    yield from _zip(path)
            else:
                yield from _tar(volumes)
        except DAMAGE as error:
            raise ValueError(f'{name} is no archive, damaged or ends early: '
                             f'{error}') from error


def _archive(path: Path) -> str:
    """Of which archive a file is."""
    volume = VOLUME.fullmatch(str(path))
    return volume[1] if volume and path.is_file() else str(path)


def _natural(path: Path) -> List:
    return [
        int(part) if part.isdigit() else part
        for part in re.split(r'(\d+)', str(path))
    ]


def _folder(folder: Path) -> Iterator[SourceFile]:
    with os.scandir(folder) as entries:
        for entry in entries:
            path = Path(entry.path)
            if entry.is_dir():
                yield from _folder(path)
            elif not entry.name.startswith('.'):
                yield SourceFile(entry.name, path, lambda: open(path, 'rb'))


def _zip(path: Path) -> Iterator[SourceFile]:
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            if not info.is_dir():
                yield SourceFile(
                    info.filename.rsplit('/', 1)[-1], None,
                    lambda: archive.open(info))


def _tar(volumes: List[Path]) -> Iterator[SourceFile]:
    with io.BufferedReader(_Joined(volumes), 2**20) as stream, \
            tarfile.open(fileobj=stream, mode='r|*') as archive:
        while True:
            member = archive.next()
            if member is None:
                return
            if member.isfile():
                yield SourceFile(
                    member.name.rsplit('/', 1)[-1], None,
                    lambda: archive.extractfile(member))
            archive.members = []  # or 256,218 of them stay in memory


class _Joined(io.RawIOBase):
    """Files read as if they were one."""

    def __init__(self, paths: List[Path]) -> None:
        self._paths = iter(paths)
        self._file = open(next(self._paths), 'rb')

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        while True:
            count = self._file.readinto(buffer)
            following = None if count else next(self._paths, None)
            if following is None:
                return count
            self._file.close()
            self._file = open(following, 'rb')

    def close(self) -> None:
        self._file.close()
        super().close()
