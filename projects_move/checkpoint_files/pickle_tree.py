"""Tree of the values in a pickle, without calling anything.

An instruction of a pickle that imports, builds or changes an object becomes a
node of the tree. Only lists, tuples, dictionaries and plain values are built.
"""
import pickletools
from collections import OrderedDict
from typing import Any, BinaryIO, Callable, Dict, List, Optional

from .refused import RefusedError

PLAIN = (str, bytes, int, float, bool, type(None))
# instructions with a value in the pickle itself
LITERALS = {
    'BININT', 'BININT1', 'BININT2', 'LONG1', 'BINFLOAT', 'BINUNICODE',
    'BINSTRING', 'SHORT_BINSTRING'
}
CONSTANTS = dict(NONE=None, NEWTRUE=True, NEWFALSE=False, EMPTY_TUPLE=())
ASCII = ('BINSTRING', 'SHORT_BINSTRING')
HISTORY = 'mmengine.logging.history_buffer.HistoryBuffer'
NAMESPACE = 'argparse.Namespace'
ORDERED_DICT = 'collections.OrderedDict'
DEFAULT_DICT = 'collections.defaultdict'
# classes of dictionaries, which are built empty and then filled
DICTS = ('pytorch_lightning.utilities.parsing.AttributeDict',
         'lightning_fabric.utilities.data.AttributeDict',
         'lightning.fabric.utilities.data.AttributeDict')


class Global:
    """Name of a class or function, such as ``collections.OrderedDict``."""
    __slots__ = ('name', )

    def __init__(self, name: str) -> None:
        self.name = name


class Call:
    """Call of a function, or a new object of a class, and its state."""
    __slots__ = ('name', 'args', 'state')

    def __init__(self, name: str, args: tuple) -> None:
        self.name = name
        self.args = args
        self.state: Any = None


class Storage:
    """Reference to a storage of tensors outside the pickle."""
    __slots__ = ('fields', )

    def __init__(self, fields: tuple) -> None:
        self.fields = fields


def read_pickle(stream: BinaryIO,
                storages: Optional[List[Storage]] = None) -> Any:
    """Tree of the pickle at the position of a stream, up to its end.

    The instructions are those that ``torch.save`` writes, of protocol 2.

    Args:
        stream: Stream of the pickle.
        storages: List to which the references to storages are appended.

    Raises:
        RefusedError: For other instructions.
        ValueError: For a pickle that is truncated or corrupt.

    Example:
        >>> import io, os, pickle
        >>> tree = read_pickle(io.BytesIO(pickle.dumps([1, 'a'], 2)))
        >>> tree
        [1, 'a']
        >>> tree = read_pickle(io.BytesIO(pickle.dumps(os.getcwd, 2)))
        >>> tree.name
        'posix.getcwd'
    """
    machine = _Machine([] if storages is None else storages)
    try:
        for opcode, arg, _ in pickletools.genops(stream):
            machine.run(opcode.name, arg)
    except (IndexError, KeyError) as error:  # of the stack or the memo
        raise ValueError('the pickle is corrupt') from error
    if len(machine.stack) != 1 or machine.marked:
        raise ValueError('the pickle is corrupt')
    return machine.stack[0]


class _Machine:
    """Stack and memo of a pickle that is read."""

    def __init__(self, storages: List[Storage]) -> None:
        self.storages = storages
        self.stack: List[Any] = []
        self.marked: List[list] = []  # stacks below the marks
        self.memo: Dict[int, Any] = {}
        self.steps = self.copied = 0

    def run(self, name: str, arg: Any) -> None:
        """Carry out an instruction."""
        self.steps += 1
        if name in LITERALS:
            if name in ASCII and not arg.isascii():  # of Python 2
                raise RefusedError('a text of an unknown encoding')
            self.stack.append(arg)
        elif name in CONSTANTS:
            self.stack.append(CONSTANTS[name])
        elif name in ('BINPUT', 'LONG_BINPUT'):
            self.memo[arg] = self.stack[-1]
        elif name in ('BINGET', 'LONG_BINGET'):
            self.stack.append(self.memo[arg])
        elif name in INSTRUCTIONS:
            INSTRUCTIONS[name](self)
        elif name == 'GLOBAL':
            self.stack.append(Global(_full_name(arg)))
        elif name != 'STOP' and (name, arg) != ('PROTO', 2):
            raise RefusedError(f'the pickle instruction {name}')

    def push(self, value: Any) -> None:
        self.stack.append(value)

    def mark(self) -> None:
        self.marked.append(self.stack)
        self.stack = []

    def pop_mark(self) -> list:
        """Values since the last mark."""
        items, self.stack = self.stack, self.marked.pop()
        return items

    def make_tuple(self, size: int) -> None:
        if len(self.stack) < size:
            raise IndexError
        self.stack[-size:] = [tuple(self.stack[-size:])]

    def extend(self, items: list) -> None:
        target = self.stack[-1]
        if type(target) is not list:
            raise RefusedError('an object that is no list, but extended')
        target.extend(items)

    def set_items(self, items: list) -> None:
        target = self.stack[-1]
        if type(target) not in (dict, OrderedDict) or len(items) % 2:
            raise RefusedError('an object that is no dict, but filled')
        for key, value in zip(items[::2], items[1::2]):
            # the hash of a deep tuple overflows the stack
            if type(key) not in PLAIN:
                raise RefusedError(f'a key of type {type(key).__name__}')
            target[key] = value

    def call(self) -> None:
        args, function = self.stack.pop(), self.stack.pop()
        if type(function) is not Global or type(args) is not tuple:
            raise RefusedError('a call of an object')
        if function.name == ORDERED_DICT:
            return self._ordered_dict(args)
        if function.name == DEFAULT_DICT:  # without its function
            return self.stack.append({})
        # as they are now: a later instruction may change a dict
        self.count_copied(len(args))
        self.stack.append(Call(function.name, tuple(map(self.copy, args))))

    def new_object(self) -> None:
        self.call()
        name = getattr(self.stack[-1], 'name', 'a new object')
        if name in DICTS:
            self.stack[-1] = {}
        elif name not in (HISTORY, NAMESPACE):
            raise RefusedError(name)

    def copy(self, value: Any) -> Any:
        """The dictionary as it is now, or any other value."""
        if type(value) is not dict:
            return value
        self.count_copied(len(value))
        return dict(value)

    def count_copied(self, count: int) -> None:
        """Refuse many copies of one value: each item has an instruction, and
        is copied once or twice."""
        self.copied += count
        if self.copied > 4 * self.steps:
            raise ValueError('the pickle copies a value many times')

    def _ordered_dict(self, args: tuple) -> None:
        """Python 2 has the items in the arguments."""
        self.stack.append(OrderedDict())
        pairs = args[0] if args else []
        if len(args) > 1 or type(pairs) is not list or not all(
                type(pair) in (list, tuple) and len(pair) == 2
                for pair in pairs):
            raise RefusedError('an OrderedDict without pairs')
        self.count_copied(len(pairs))
        for pair in pairs:
            self.set_items(list(pair))

    def build(self) -> None:
        """Set the state of an object."""
        state, target = self.stack.pop(), self.stack[-1]
        if type(target) is Call and target.state is None:
            target.state = self.copy(state)
        elif type(target) is OrderedDict and type(state) is dict and \
                state.keys() <= {'_metadata'}:  # of Module.state_dict
            vars(target).update(state)
        else:
            raise RefusedError('the state of an object')

    def persistent(self) -> None:
        fields = self.stack.pop()
        if type(fields) is not tuple:
            raise RefusedError('a reference that is no tuple')
        self.storages.append(Storage(fields))
        self.stack.append(self.storages[-1])


INSTRUCTIONS: Dict[str, Callable[[_Machine], None]] = {
    'MARK': _Machine.mark,
    'EMPTY_DICT': lambda machine: machine.push({}),
    'EMPTY_LIST': lambda machine: machine.push([]),
    'TUPLE': lambda machine: machine.push(tuple(machine.pop_mark())),
    'TUPLE1': lambda machine: machine.make_tuple(1),
    'TUPLE2': lambda machine: machine.make_tuple(2),
    'TUPLE3': lambda machine: machine.make_tuple(3),
    'APPEND': lambda machine: machine.extend([machine.stack.pop()]),
    'APPENDS': lambda machine: machine.extend(machine.pop_mark()),
    'SETITEM': lambda machine: machine.set_items(
        [machine.stack.pop(-2), machine.stack.pop()]),
    'SETITEMS': lambda machine: machine.set_items(machine.pop_mark()),
    'REDUCE': _Machine.call,
    'NEWOBJ': _Machine.new_object,
    'BUILD': _Machine.build,
    'BINPERSID': _Machine.persistent,
}  # yapf: disable


def _full_name(arg: str) -> str:
    """Name of a global, whose module Python 2 names ``__builtin__``.

    Example:
        >>> _full_name('__builtin__ bytes')
        'builtins.bytes'
    """
    module, _, name = arg.partition(' ')
    return f"{'builtins' if module == '__builtin__' else module}.{name}"
