"""Files of ``torch.save``: an archive or, before torch 1.6, a stream.

An archive has the pickle ``data.pkl`` and a file for each storage. A stream
has five pickles (magic number, version, system, values, keys of the storages)
and then the storages.
"""
import io
import os
import zipfile
from pathlib import Path
from typing import Any, BinaryIO, Dict, List, Union

import torch
from torch import Tensor

from .pickle_tree import Storage, read_pickle
from .storages import storage_fields
from .values import Values

ZIP = b'PK\3\4'
PICKLE = b'\x80'  # opcode of the protocol
MAGIC = 0x1950a86a20f9469cfc6c
VERSION = 1001
CHUNK = 2**24


def read_checkpoint_file(path: Union[str, Path]) -> Any:
    """Value in a file of ``torch.save``, its tensors on the CPU.

    The value may hold dictionaries, lists, tuples, texts, bytes, numbers,
    tensors, arrays and numbers of numpy, and ``HistoryBuffer`` of MMEngine.
    Parameters are tensors; see :mod:`.plain_values` for some other classes.
    Checksums of an archive are compared. The memory that it takes is
    proportional to the size of the file.

    Raises:
        RefusedError: For a file that holds anything else.
        OSError: For a file that cannot be read.
        ValueError: For a file that is no such file, or truncated or corrupt.
    """
    with open(path, 'rb') as file:
        start = file.read(len(ZIP))
        file.seek(0)
        if start[:1] != PICKLE and start != ZIP:
            raise ValueError('expected a file of torch.save')
        try:
            if start != ZIP:
                return _read_stream(file)
            with zipfile.ZipFile(file) as archive:
                return _read_archive(archive, _size(file))
        except (zipfile.BadZipFile, EOFError, NotImplementedError,
                OverflowError, RuntimeError) as error:  # of a corrupt file
            raise ValueError(str(error) or 'it is truncated') from error


def _size(file: BinaryIO) -> int:
    return os.fstat(file.fileno()).st_size


def _read_archive(archive: zipfile.ZipFile, size: int) -> Any:
    """Value in an archive of ``size`` bytes."""
    names = set(archive.namelist())
    pickles = [name for name in names if name.endswith('/data.pkl')]
    if len(pickles) != 1:
        raise ValueError('expected an archive of torch.save')
    folder = pickles[0][:-len('data.pkl')]
    left = size

    def read(name: str) -> bytearray:
        if folder + name not in names:
            raise ValueError(f'the archive lacks {name}')
        nonlocal left
        entry = archive.getinfo(folder + name)
        # torch compresses nothing; a compressed file may have any size, and
        # so may entries that share their bytes
        left -= entry.file_size
        if entry.compress_type != zipfile.ZIP_STORED or left < 0:
            raise ValueError(f'expected {name} without compression')
        with archive.open(entry) as file:
            return _read_bytes(file, entry.file_size)

    if f'{folder}byteorder' in names and read('byteorder') != b'little':
        raise ValueError('expected numbers in little-endian order')
    content = read('data.pkl')
    tree = read_pickle(io.BytesIO(content))
    return Values(lambda key: _as_tensor(read(f'data/{key}')),
                  len(content)).build(tree)


def _read_stream(file: BinaryIO) -> Any:
    """Value in a file of the format before torch 1.6."""
    if read_pickle(file) != MAGIC or read_pickle(file) != VERSION:
        raise ValueError('expected a file of torch.save')
    system = read_pickle(file)
    if type(system) is not dict or system.get('little_endian') is not True:
        raise ValueError('expected numbers in little-endian order')
    references: List[Storage] = []
    tree = read_pickle(file, references)
    fields = map(storage_fields, references)
    itemsizes = {
        key: dtype.itemsize if dtype else 1
        for key, dtype, _ in fields
    }
    size = file.tell()
    keys = read_pickle(file)
    if type(keys) is not list or not all(type(key) is str for key in keys):
        raise ValueError('expected the keys of the storages')
    contents: Dict[str, Tensor] = {}
    for key in keys:
        count = int.from_bytes(file.read(8), 'little')
        contents[key] = _as_tensor(
            _read_bytes(file, count * itemsizes.get(key, 1)))

    def read(key: str) -> Tensor:
        if key not in contents:
            raise ValueError(f'the file lacks the storage {key}')
        return contents[key]

    return Values(read, size).build(tree)


def _read_bytes(file: BinaryIO, count: int) -> bytearray:
    """The next bytes of a file."""
    content = bytearray()
    while len(content) < count:  # which the file may not have
        part = file.read(min(CHUNK, count - len(content)))
        if not part:
            raise ValueError('it is truncated')
        content += part
    return content


def _as_tensor(content: bytearray) -> Tensor:
    """Tensor of bytes, ``(N,)``, in the same memory."""
    if not content:  # torch refuses an empty buffer
        return torch.empty(0, dtype=torch.uint8)
    return torch.frombuffer(content, dtype=torch.uint8)
