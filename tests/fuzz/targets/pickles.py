"""Pickles of checkpoints: instructions and states that nobody wrote.

A case is a checkpoint of a training of which instructions are dropped,
repeated, exchanged or replaced; a random program; or a crafted value with
other numbers. Its checksums are right, so that only the reader can refuse it.
"""
import pickle
import pickletools
import struct
from collections import Counter, OrderedDict
from functools import lru_cache
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import List

import numpy as np
import torch
from mmengine.logging import HistoryBuffer

from projects_move.checkpoint_files import load_dict
from tests.crafted_checkpoints import (Calls, Reference, array, crafted,
                                       numbers_type, pickled, tensor,
                                       write_archive)
from tests.fuzz.outcomes import Expected, Outcome, judge
from tests.fuzz.runner import Target
from tests.same_values import difference, plain

NAME = 'model.pth'
NUMBERS = (0, 1, 2, 5, 6, 7, -1, -2, 255, 2**16, 2**31 - 1, -2**31)
HISTORY = b'mmengine.logging.history_buffer HistoryBuffer'
GLOBALS = (b'collections OrderedDict', b'collections Counter',
           b'torch._utils _rebuild_tensor_v2', b'torch FloatStorage',
           b'torch._utils _rebuild_parameter', b'numpy ndarray',
           b'numpy dtype', b'numpy._core.multiarray _reconstruct',
           b'numpy._core.multiarray scalar', b'_codecs encode',
           b'__builtin__ bytes', b'__builtin__ getattr', b'torch Tensor',
           HISTORY, b'torch._utils _rebuild_wrapper_subclass', b'posix getcwd',
           b'torch._tensor _rebuild_from_type_v2',
           b'numpy.dtypes Float64DType')
# in crafted values that a changed byte makes sound
READ_AS_PLAIN = (b'__builtin__ set', b'__builtin__ frozenset',
                 b'argparse Namespace', b'pathlib PosixPath', b'torch Size',
                 b'torch device', b'mmengine.config.config ConfigDict',
                 b'torch._utils _rebuild_tensor_v3', b'torch float32',
                 b'torch.storage UntypedStorage', b'torch complex128')
TEXTS = (b'a', b'storage', b'0', b'cpu', b'latin1', b'f8', b'O', b'<', b'|',
         b'_metadata', b'version', b'_log_history', b'max_length', b'\xc3\xa9')
PLAIN = b'N\x88\x89)]}('
ACTIONS = b'RRRR\x81bbbtt\x85\x86\x87aesuQ0'


def write(rng: Random, folder: Path) -> None:
    kind = rng.choice(('sound', 'instructions', 'instructions', 'program',
                       'values', 'values', 'crafted'))
    content = dict(
        sound=lambda rng: _trained(),
        instructions=_changed,
        program=_program,
        values=_values,
        crafted=_mutated)[kind](
            rng)
    write_archive(folder / NAME, content)


@lru_cache(maxsize=None)
def _trained() -> bytes:
    """Pickle of a checkpoint of MMEngine."""
    history = HistoryBuffer([2.5, 1.5], [1, 2])
    state = OrderedDict(a=tensor((2, 3), (3, 1)), b=tensor((), (), 5))
    state._metadata = OrderedDict({'': dict(version=2)})
    return pickled(
        dict(
            meta=dict(epoch=3, cfg='a = 1', classes=('a', 'b'), ratio=.5),
            state_dict=state,
            optimizer=dict(state={0: dict(step=tensor((1, ), (1, )))}),
            schedules=[dict(milestones=Counter([3, 5, 5]), last=None)],
            hub=OrderedDict(
                loss=history, best=np.float64(.25), rng=np.arange(4))))


@lru_cache(maxsize=None)
def _instructions(content: bytes) -> List[bytes]:
    """Instructions of a pickle."""
    starts = [at for _, _, at in pickletools.genops(content)]
    return [content[i:j] for i, j in zip(starts, [*starts[1:], len(content)])]


def _changed(rng: Random) -> bytes:
    """A few instructions of a sound checkpoint are others."""
    parts = list(_instructions(_trained()))
    for _ in range(rng.choice((1, 1, 2, 4))):
        i, j = (rng.randrange(1, len(parts) - 1) for _ in range(2))
        change = rng.randrange(5)
        if change == 0:
            del parts[i]
        elif change == 1:
            parts.insert(i, parts[j])
        elif change == 2:
            parts[i], parts[j] = parts[j], parts[i]
        elif change == 3:
            parts[i] = _instruction(rng)
        else:
            alike = [part for part in parts if part[:1] == parts[i][:1]]
            parts[i] = rng.choice(alike)
    return b''.join(parts)


def _program(rng: Random) -> bytes:
    """Random instructions that leave a dictionary with one value."""
    count = rng.randrange(1, 30)
    body = b''.join(_instruction(rng) for _ in range(count))
    return b'\x80\x02}X\1\0\0\0a' + body + b's.'


def _instruction(rng: Random) -> bytes:
    kind = rng.randrange(8)
    if kind == 0:
        return b'c' + rng.choice(GLOBALS).replace(b' ', b'\n') + b'\n'
    if kind == 1:
        text = rng.choice(TEXTS)
        return b'X' + struct.pack('<I', len(text)) + text
    if kind == 2:
        return b'J' + struct.pack('<i', rng.choice(NUMBERS))
    if kind == 3:
        return rng.choice((b'h', b'q')) + bytes([rng.randrange(4)])
    if kind == 4:
        return bytes([rng.choice(PLAIN)])
    if kind == 5:
        return b'G' + struct.pack('>d', rng.choice((0., -1.5, 1e300)))
    if kind == 6:
        return bytes([rng.randrange(256)])
    return bytes([rng.choice(ACTIONS)])


def _values(rng: Random) -> bytes:
    """A tensor or an array with other numbers in its state."""

    def number():
        return rng.choice((0, 1, 1, 2, 3, 3, 6, 7, -1, 2**40, True, None))

    def numbers():
        return tuple(number() for _ in range(rng.randrange(4)))

    reference = Reference(
        rng.choice((6, 6, 6, 3, 7, 2**40)),
        kind=rng.choice((torch.FloatStorage, torch.FloatStorage,
                         torch.DoubleStorage, torch.BoolStorage)))
    code = rng.choice(('f8', 'f4', 'i8', 'b1', 'O', 'V8', 'U2', 'M8'))
    state = [3, '<', None, None, None, -1, -1, 0]
    if rng.random() < .5:
        state[rng.randrange(8)] = rng.choice(
            (number(), '|', '>', (), ('a', ), {
                'a': (np.dtype('f8'), 0)
            }, -1))
    dtype = numbers_type(code, *state)
    content = bytes(rng.choice((0, 1, 4, 8, 16, 24)))
    return pickled(
        dict(
            a=rng.choice((
                tensor(numbers(), numbers(), number(), reference),
                array(dtype, content, numbers()),
                Calls(np.float64(1).__reduce__()[0], dtype, content),
                Calls(
                    HistoryBuffer,
                    state=dict(
                        _log_history=array(dtype, content, numbers()),
                        _count_history=array(dtype, content, numbers()),
                        max_length=number())),
            ))))


def _mutated(rng: Random) -> bytes:
    """A crafted pickle with a changed byte."""
    content = bytearray(rng.choice(sorted(crafted().values())))
    if content:
        content[rng.randrange(len(content))] = rng.randrange(256)
    return bytes(content)


def check(folder: Path) -> Outcome:
    path = folder / NAME

    def compare(value, _):
        try:
            return difference(value, plain(_by_torch(path))) or ''
        except Exception as error:
            return f'read {value!r:.300}, but torch: {error!r:.300}'

    is_sound = _trained() in path.read_bytes()
    return judge(lambda: load_dict(path), Expected(True, not is_sound), [NAME],
                 compare)


def _by_torch(path: Path) -> dict:
    """What torch reads from a file that holds nothing but data, with the
    functions of torch and numpy."""
    return torch.load(
        path,
        weights_only=False,
        pickle_module=SimpleNamespace(
            __name__='restricted', Unpickler=_Restricted, load=pickle.load))


class _Restricted(pickle.Unpickler):

    def find_class(self, module, name):
        found = f'{module} {name}'.encode()
        if found == b'__builtin__ getattr':
            return lambda owner, name: None
        if found not in (*GLOBALS[:11], *READ_AS_PLAIN, HISTORY):
            raise pickle.UnpicklingError(found)
        return _History if found == HISTORY else super().find_class(
            module, name)


class _History(HistoryBuffer):
    """Its functions are those of the class, whatever the file says."""

    def __setstate__(self, state):
        state = {
            key: state[key]
            for key in state.keys() - {'statistics_methods'}
        }
        super().__setstate__(state)


TARGET = Target('pickle', write, check)
