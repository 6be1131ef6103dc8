"""Mutations of bytes: what disks, editors, spreadsheets and transfers do."""
from random import Random
from typing import Callable, Sequence

CHARACTERS = ('"', "'", ',', ';', '|', '\t', ' ', '\r', '\n', '\r\n', '\0',
              '\ufeff', '\u2028', '\x85', '\x0b', '\x1c', '\u00a0', '\u0661',
              '\uff11', '_', '+', '-', '.', '#', '/', '..', '\\', '{', '}',
              '[', ']', ':', 'NaN', '1e9', '0x1', '01', '-1', '99999999999')


def flip(rng: Random, content: bytes) -> bytes:
    """Change one byte."""
    if not content:
        return content
    i = rng.randrange(len(content))
    return content[:i] + bytes([rng.randrange(256)]) + content[i + 1:]


def truncate(rng: Random, content: bytes) -> bytes:
    return content[:rng.randrange(len(content) + 1)]


def insert(rng: Random, content: bytes) -> bytes:
    """Insert a character that formats give a meaning."""
    i = rng.randrange(len(content) + 1)
    return content[:i] + rng.choice(CHARACTERS).encode() + content[i:]


def delete(rng: Random, content: bytes) -> bytes:
    i = rng.randrange(len(content) + 1)
    return content[:i] + content[i + rng.randrange(1, 9):]


def repeat(rng: Random, content: bytes) -> bytes:
    """Repeat a part."""
    i, j = sorted(rng.randrange(len(content) + 1) for _ in range(2))
    return content[:j] + content[i:]


def exchange(rng: Random, content: bytes) -> bytes:
    """Exchange two parts."""
    i, j = sorted(rng.randrange(len(content) + 1) for _ in range(2))
    return content[j:] + content[i:j] + content[:i]


def append(rng: Random, content: bytes) -> bytes:
    """Append bytes."""
    return content + rng.randbytes(rng.randrange(1, 40))


def zeros(rng: Random, content: bytes) -> bytes:
    """Zero a part, as a file system does after a power failure."""
    i, j = sorted(rng.randrange(len(content) + 1) for _ in range(2))
    return content[:i] + bytes(j - i) + content[j:]


BYTES = (flip, truncate, insert, delete, repeat, exchange, append, zeros)
TEXT = (insert, insert, insert, delete, truncate, repeat, flip)


def mutate(
    rng: Random,
    content: bytes,
    mutations: Sequence[Callable[[Random, bytes], bytes]] = BYTES,
) -> bytes:
    """Content after up to three mutations, in a third of the cases after
    none."""
    for _ in range(rng.choice((0, 0, 1, 1, 2, 3))):
        content = rng.choice(mutations)(rng, content)
    return content
