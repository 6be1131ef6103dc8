"""Sequential reading of the files in folders and archives.

Archives are read as a stream, without unpacking. Paths inside an archive do
not decide where a file is written.
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

CORRUPT = (tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError,
           EOFError)
VOLUME = re.compile(r'(.+)\.part[-_.]?\w*')


class ArchiveMember(NamedTuple):
    """File in a folder or archive.

    Attributes:
        name: File name without folders.
        path: Path on disk; None in an archive.
        open: Function that opens the file, valid until the next member.
    """
    name: str
    path: Optional[Path]
    open: Callable[[], BinaryIO]

    def copy_to(self, target: Path) -> None:
        """Copy the file; valid until the next member.

        Raises:
            ValueError: If the archive is corrupt or truncated at this file.
        """
        try:
            with self.open() as source, open(target, 'wb') as out:
                shutil.copyfileobj(source, out, 2**20)
        except CORRUPT as error:
            raise ValueError(f'the archive is corrupt or truncated at '
                             f'{self.name}: {error}') from error


def iterate_members(sources: List[Path]) -> Iterator[ArchiveMember]:
    """Files of folders, ``.zip`` and ``.tar`` with any compression.

    Args:
        sources: Folders and archives. Parts of one archive, ``NAME.part*``,
            are joined in natural order (9 before 10).

    Raises:
        FileNotFoundError: For a source that does not exist.
        ValueError: For a file that is not an archive. A corrupt or truncated
            archive yields the files before the fault first.
    """
    for path in sources:
        if not path.exists():
            raise FileNotFoundError(
                f'expected a folder or archive, but {path} '
                'does not exist')
    for name, group in groupby(
            sorted(sources, key=_natural_key), _archive_name):
        volumes = list(group)
        if volumes[0].is_dir():
            for path in volumes:
                yield from _folder_members(path)
            continue
        try:
            if zipfile.is_zipfile(volumes[0]):
                for path in volumes:
                    yield from _zip_members(path)
            else:
                yield from _tar_members(volumes)
        except CORRUPT as error:
            raise ValueError(
                f'{name} is not an archive, corrupt or truncated: '
                f'{error}') from error


def _archive_name(path: Path) -> str:
    """Name of the archive that a part belongs to."""
    volume = VOLUME.fullmatch(str(path))
    return volume[1] if volume and path.is_file() else str(path)


def _natural_key(path: Path) -> List:
    return [
        int(part) if part.isdigit() else part
        for part in re.split(r'(\d+)', str(path))
    ]


def _folder_members(folder: Path) -> Iterator[ArchiveMember]:
    with os.scandir(folder) as entries:
        for entry in entries:
            path = Path(entry.path)
            if entry.is_dir():
                yield from _folder_members(path)
            elif not entry.name.startswith('.'):
                yield ArchiveMember(entry.name, path, lambda: open(path, 'rb'))


def _zip_members(path: Path) -> Iterator[ArchiveMember]:
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            if not info.is_dir():
                yield ArchiveMember(
                    info.filename.rsplit('/', 1)[-1], None,
                    lambda: archive.open(info))


def _tar_members(volumes: List[Path]) -> Iterator[ArchiveMember]:
    with io.BufferedReader(_JoinedFiles(volumes), 2**20) as stream, \
            tarfile.open(fileobj=stream, mode='r|*') as archive:
        while True:
            member = archive.next()
            if member is None:
                return
            if member.isfile():
                yield ArchiveMember(
                    member.name.rsplit('/', 1)[-1], None,
                    lambda: archive.extractfile(member))
            archive.members = []  # else tarfile keeps every member


class _JoinedFiles(io.RawIOBase):
    """Raw stream over the concatenation of files."""

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
