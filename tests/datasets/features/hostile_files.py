"""Feature files of every kind that people have, rightly read or refused."""
import io
import os
import pickle
import socket

import numpy as np
from numpy.lib import format as npy

T, C = 6, 4


def frames(seed=0, rows=T, channels=C, dtype='float32'):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((rows, channels)).astype(dtype)


def saved(array, version=None, **kwargs):
    """Function that writes an array as ``np.save`` does."""

    def write(path):
        with open(path, 'wb') as file:
            npy.write_array(file, array, version, **kwargs)

    return write


def content(data):
    return lambda path: path.write_bytes(data)


def bytes_of(array):
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


def with_header(text, version=1, rest=b''):
    """File with a header of any text."""
    header = text.encode('latin1') + b'\n'
    size = len(header).to_bytes(2 if version == 1 else 4, 'little')
    return content(b'\x93NUMPY' + bytes([version, 0]) + size + header + rest)


def header_of(shape, descr='<f4', order='False'):
    return (f"{{'descr': {descr!r}, 'fortran_order': {order}, "
            f"'shape': {shape}}}")


def with_value(value, dtype='float32'):
    array = frames().astype(dtype)
    array[3, 1] = value
    return saved(array)


def archive(path):
    with open(path, 'wb') as file:
        np.savez(file, a=frames())


def listen(path):
    """Socket, by a short relative path."""
    old = os.getcwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(path.name)
    finally:
        os.chdir(old)


def halves(path):
    """File with the first half of a valid one."""
    whole = bytes_of(frames())
    path.write_bytes(whole[:len(whole) - 37])


WHOLE = bytes_of(frames())
ACCEPTED = {
    'float16':
    saved(frames(dtype='float16')),
    'float32':
    saved(frames()),
    'float64':
    saved(frames(dtype='float64')),
    'fortran order':
    saved(np.asfortranarray(frames())),
    'array that was transposed':
    saved(np.array(frames().T).T),
    'version 2.0':
    saved(frames(), (2, 0)),
    'version 3.0':
    saved(frames(), (3, 0)),
    'header of Python 2':
    with_header(
        "{'descr': '<f4', 'fortran_order': False, 'shape': (6L, 4L), }",
        rest=frames().tobytes()),
    'one frame':
    saved(frames(rows=1)),
    'many frames':
    saved(frames(rows=2**18)),
    'many frames in fortran order':
    saved(np.asfortranarray(frames(rows=2**18))),
    'largest float16':
    with_value(65504, 'float16'),
    'subnormal':
    with_value(6e-8, 'float16'),
    'minus zero':
    with_value(-0., 'float16'),
    'link':
    lambda path: (np.save(path.with_name('target'), frames()),
                  path.symlink_to(path.with_name('target.npy'))),
}
# name: writes the file, part of the message
REFUSED = {
    'big endian': (saved(frames(dtype='>f4')), 'another byte order'),
    'long double': (saved(frames(dtype='longdouble')), 'another size'),
    'integers': (saved(frames().astype(int)), 'found int64'),
    'booleans': (saved(frames() > 0), 'found bool'),
    'complex': (saved(frames().astype(complex)), 'found complex128'),
    'bfloat16': (saved(frames(dtype='float16').view('V2')), 'bfloat16'),
    'text': (saved(np.array([['a']])), 'found <U1'),
    'structured': (saved(np.zeros((2, 2), [('a', 'f4')])), "('a', '<f4')"),
    'objects': (saved(np.array([[{}]], dtype=object)), 'unpickling'),
    'pickle': (content(pickle.dumps(frames())), 'a pickle'),
    'archive': (archive, 'an archive'),
    'Git LFS pointer': (content(b'version https://git-lfs.github.com/spec/v1'),
                        'a Git LFS pointer'),
    'text file': (content(b'not found'), 'expected a .npy file'),
    'empty file': (content(b''), 'is empty'),
    'no frames': (saved(frames(rows=0)), r'\(0, 4\)'),
    'no channels': (saved(np.ones((3, 0))), r'\(3, 0\)'),
    'vector': (saved(frames()[0]), r'\(4,\)'),
    'scalar': (saved(np.float32(1)), r'shape.*\(\)'),
    'three axes': (saved(frames()[None]), r'\(1, 6, 4\)'),
    'NaN': (with_value(np.nan), 'NaN or infinity, first in frame 3'),
    'infinity': (with_value(np.inf), 'NaN or infinity, first in frame 3'),
    'minus infinity': (with_value(-np.inf), 'NaN or infinity'),
    'NaN in float16': (with_value(np.nan, 'float16'), 'NaN or infinity'),
    'NaN in float64': (with_value(np.nan, 'float64'), 'NaN or infinity'),
    'beyond float32': (with_value(1e39, 'float64'), 'range of float32'),
    'NaN in fortran order': (saved(np.asfortranarray(np.full(
        (T, C), np.nan))), 'NaN or infinity'),
    'torn array': (halves, 'is truncated: its header says'),
    'torn header': (content(WHOLE[:40]), 'truncated or corrupt'),
    'torn magic': (content(WHOLE[:4]), 'expected a .npy file'),
    'magic alone': (content(WHOLE[:8]), 'truncated or corrupt'),
    'bytes after the array': (content(WHOLE + b'\0'), 'is too long'),
    'two arrays': (content(2 * WHOLE), 'is too long'),
    'unknown version':
    (content(WHOLE[:6] + b'\7\0' + WHOLE[8:]), 'truncated or corrupt'),
    'huge shape': (with_header(header_of((10**15, 2048))), 'is truncated'),
    'beyond 64 bits': (with_header(header_of(
        (10**30, 10**30))), 'is truncated'),
    'negative shape': (with_header(header_of((-6, 4))), 'corrupt'),
    'no shape': (with_header("{'descr': '<f4'}"), 'corrupt'),
    'shape of text': (with_header(header_of("'a'")), 'corrupt'),
    'unknown type': (with_header(header_of((6, 4), '<f3')), 'corrupt'),
    'code in the header': (with_header('__import__("os")'), 'corrupt'),
    'open bracket': (with_header('(' * 200), 'corrupt'),
    'header longer than the file':
    (content(WHOLE[:8] + b'\xff\xff' + WHOLE[10:]), 'corrupt'),
    'header of 4 GB': (content(b'\x93NUMPY\2\0\xff\xff\xff\xff{}'), 'corrupt'),
    'directory': (lambda path: path.mkdir(), 'found a directory'),
    'FIFO': (lambda path: os.mkfifo(path), 'found a FIFO'),
    'device': (lambda path: path.symlink_to('/dev/zero'), 'found a device'),
    'socket': (listen, 'No such device or address'),
    'link to nothing':
    (lambda path: path.symlink_to('nowhere'), 'a link to nothing'),
    'link to itself': (lambda path: path.symlink_to(path), 'symbolic links'),
}
# other channels than those of the other files
ODD = {
    'transposed': (saved(frames().T.copy()), 'looks transposed'),
    'other channels': (saved(frames(channels=5)), '5'),
    'one channel': (saved(frames(channels=1)), '1'),
}
